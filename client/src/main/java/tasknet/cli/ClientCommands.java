package tasknet.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;

/** The client's commands, for a root command of any program. */
public final class ClientCommands {
  private final CommandEnvironment environment;

  public ClientCommands(CommandEnvironment environment) {
    this.environment = environment;
  }

  /** New command objects, each with its picocli annotations. */
  public List<Object> list() {
    return List.of(
        new SubmitCommand(environment),
        new BulkCommand(environment),
        new GetCommand(environment),
        new ListCommand(environment),
        new CancelCommand(environment),
        new TypesCommand(environment),
        new WorkersCommand(environment),
        new SimulateCommand(environment),
        new ShellCommand(environment));
  }

  /**
   * Adds them to a root command, with what they need of it. To be called after all other
   * subcommands were added.
   */
  public void addTo(CommandLine root) {
    list().forEach(root::addSubcommand);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setOut(writer(environment.out()));
    root.setErr(writer(environment.err()));
    new OneLineErrors(environment.err()).applyTo(root);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }
}
