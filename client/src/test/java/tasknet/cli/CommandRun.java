package tasknet.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tasknet.testkit.TestClock;

/** One command that a test ran in its own process. */
record CommandRun(int exitCode, String out, String err) {
  /** Runs a command against a dispatcher. */
  static CommandRun of(String url, String... arguments) {
    return withInput("", url, arguments);
  }

  /** Runs a command before which a person sits. */
  static CommandRun onTerminal(String url, String... arguments) {
    return run("", true, url, arguments);
  }

  /** Runs a command that may read from its standard input. */
  static CommandRun withInput(String input, String url, String... arguments) {
    return run(input, false, url, arguments);
  }

  private static CommandRun run(String input, boolean terminal, String url, String... arguments) {
    TestClock clock = new TestClock();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CommandEnvironment environment =
        new CommandEnvironment(
            Map.of(DispatcherOption.VARIABLE, url),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal,
            clock,
            clock);
    int exitCode = ClientMain.commandLine(environment).execute(arguments);
    return new CommandRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
