package tasknet.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tasknet shell}. */
@Command(
    name = "shell",
    description = "Run commands line by line, on a terminal with history and completion.")
final class ShellCommand implements Callable<Integer> {
  private final CommandEnvironment environment;

  @Mixin private final DispatcherOption dispatcher = new DispatcherOption();

  ShellCommand(CommandEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String url = dispatcher.address(environment.variables()).toString();
    CommandEnvironment inShell =
        environment.withVariable(DispatcherOption.VARIABLE, url).withIn(new NoInput());
    ShellLines lines = new ShellLines(inShell);
    if (!environment.terminal()) {
      return lines.runAll(environment.in());
    }
    try (TerminalShell shell = new TerminalShell(lines, inShell)) {
      return shell.run();
    }
  }
}
