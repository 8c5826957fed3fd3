package tasknet.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tasknet} without a command: shows the help. */
@Command(
    name = "tasknet",
    description = "Hands tasks to a Tasknet dispatcher and shows what became of them.",
    versionProvider = RootCommand.Version.class,
    footer = {
      "",
      "Exit codes: 0 done, 1 the task failed or is not known, 2 wrong usage,",
      "3 the dispatcher is not reachable, 4 no answer in time."
    })
final class RootCommand implements Callable<Integer> {
  @Mixin
  @SuppressWarnings("UnusedVariable") // the commands below ask for it
  private final DispatcherOption dispatcher = new DispatcherOption();

  @Spec private CommandSpec command = CommandSpec.create();

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean version;

  @Override
  public Integer call() {
    PrintWriter err = command.commandLine().getErr();
    err.print(command.commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF));
    err.flush();
    return ExitCodes.USAGE;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = RootCommand.class.getPackage().getImplementationVersion();
      return new String[] {"tasknet " + (version == null ? "(not packaged)" : version)};
    }
  }
}
