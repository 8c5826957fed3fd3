package tasknet.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
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
        new RequeueCommand(environment),
        new DeadCommand(environment),
        new EventsCommand(environment),
        types(),
        new WorkersCommand(environment),
        new SchedulesCommand(environment),
        new SimulateCommand(environment),
        new ShellCommand(environment));
  }

  private CommandLine types() {
    return new CommandLine(new TypesCommand(environment))
        .addSubcommand(new TypePauseCommand(environment))
        .addSubcommand(new TypeResumeCommand(environment))
        .addSubcommand(new TypeLimitCommand(environment));
  }

  /**
   * Adds them to a root command, and {@linkplain #applyTo prepares} it. To be called after all
   * other subcommands were added.
   */
  public void addTo(CommandLine root) {
    list().forEach(root::addSubcommand);
    CommandLine dead = Objects.requireNonNull(root.getSubcommands().get("dead"));
    dead.addSubcommand(new DeadRequeueCommand(environment));
    dead.addSubcommand(new DeadDeleteCommand(environment));
    applyTo(root);
  }

  /**
   * Lets a root command read values, print and tell of errors as they do. To be called after its
   * subcommands were added.
   */
  public void applyTo(CommandLine root) {
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setOut(writer(environment.out()));
    root.setErr(writer(environment.err()));
    new OneLineErrors(environment.err()).applyTo(root);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }
}
