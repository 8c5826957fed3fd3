package tasknet.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tasknet.cli.CommandEnvironment;

class HelpTest {
  private final Printed printed = new Printed();
  private final CommandEnvironment environment =
      printed.environment(Map.of(), InstantSource.system());
  private final CommandLine root = TasknetMain.commandLine(environment, "help");

  @Test
  void everyCommandStandsInTheHelpOnOneLine() {
    assertThat(root.execute("help")).isZero();

    for (String command : root.getSubcommands().keySet()) {
      assertThat(printed.out().lines())
          .as(command)
          .filteredOn(line -> line.matches("  " + command + " +\\S.*"))
          .hasSize(1);
    }
  }

  @Test
  void everyCommandHasHelp() {
    for (String command : root.getSubcommands().keySet()) {
      printed.clear();
      assertThat(root.execute(command, "--help")).as(command).isZero();
      assertThat(printed.out()).contains("Usage: tasknet " + command);
      assertThat(printed.err()).isEmpty();
    }
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
    assertThat(printed.err()).contains("'no-such-command'");
  }

  /** The exit code and everything that is printed. */
  private String said(CommandLine commands, String... arguments) {
    printed.clear();
    int code = commands.execute(arguments);
    return code + "\n" + printed.out() + printed.err();
  }
}
