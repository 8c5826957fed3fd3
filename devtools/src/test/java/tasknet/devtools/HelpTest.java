package tasknet.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tasknet.cli.CommandEnvironment;
import tasknet.runtime.NanoClock;

class HelpTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final CommandEnvironment environment =
      new CommandEnvironment(
          Map.of(),
          InputStream.nullInputStream(),
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new PrintStream(err, true, StandardCharsets.UTF_8),
          false,
          InstantSource.system(),
          NanoClock.SYSTEM);
  private final CommandLine root = TasknetMain.commandLine(environment, "help");

  @Test
  void everyCommandStandsInTheHelpOnOneLine() {
    assertThat(root.execute("help")).isZero();

    for (String command : root.getSubcommands().keySet()) {
      assertThat(out.toString(StandardCharsets.UTF_8).lines())
          .as(command)
          .filteredOn(line -> line.matches("  " + command + " +\\S.*"))
          .hasSize(1);
    }
  }

  @Test
  void everyCommandHasHelp() {
    for (String command : root.getSubcommands().keySet()) {
      out.reset();
      assertThat(root.execute(command, "--help")).as(command).isZero();
      assertThat(out.toString(StandardCharsets.UTF_8)).contains("Usage: tasknet " + command);
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aCommandThatIsAskedForAtOnceIsNoDifferent() {
    for (String name : root.getSubcommands().keySet()) {
      CommandLine alone = TasknetMain.commandLine(environment, name);
      assertThat(said(alone, name, "--help")).isEqualTo(said(root, name, "--help"));
      assertThat(said(alone, name, "--no-such-option"))
          .isEqualTo(said(root, name, "--no-such-option"));
    }
    assertThat(TasknetMain.commandLine(environment, "up").getSubcommands())
        .containsOnlyKeys("help", "up");
  }

  @Test
  void anUnknownCommandIsWrongUsage() {
    assertThat(root.execute("no-such-command")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("'no-such-command'");
  }

  /** The exit code and everything that is printed. */
  private String said(CommandLine commands, String... arguments) {
    out.reset();
    err.reset();
    int code = commands.execute(arguments);
    return code
        + "\n"
        + out.toString(StandardCharsets.UTF_8)
        + err.toString(StandardCharsets.UTF_8);
  }
}
