package tasknet.devtools;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import tasknet.cli.ClientCommands;
import tasknet.cli.CommandEnvironment;
import tasknet.cli.DispatcherOption;

/** The program behind {@code ./tasknet}: the cluster, its services one by one, and the client. */
@Command(
    name = "tasknet",
    description = "A task system: REST in, UDP to the workers, nothing lost.",
    subcommands = HelpCommand.class,
    versionProvider = TasknetMain.Version.class,
    footer = {
      "",
      "Each command has --help. Exit codes: 0 done, 1 failed or not known,",
      "2 wrong usage, 3 the dispatcher is not reachable, 4 no answer in time,",
      "130 Ctrl-C."
    })
public final class TasknetMain {
  @Mixin
  @SuppressWarnings("UnusedVariable") // the client's commands ask for it
  private final DispatcherOption dispatcher = new DispatcherOption();

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean version;

  /** What starts a cluster, most of the time: there is nothing for picocli to read. */
  private static final String[] UP = {"up"};

  private TasknetMain() {}

  public static void main(String[] arguments) {
    System.exit(run(CommandEnvironment.ofProcess(System.getenv()), arguments));
  }

  /** Returns the exit code. */
  static int run(CommandEnvironment environment, String... arguments) {
    if (Arrays.equals(arguments, UP)) {
      return UpCommand.run(environment);
    }
    String[] given = arguments.length == 0 ? new String[] {"help"} : arguments;
    return commandLine(environment, given[0]).execute(given);
  }

  /**
   * With all commands, or only with one that is asked for at the very beginning: picocli looks at
   * all that is annotated in all of them, and would take a third of the start of a cluster.
   */
  static CommandLine commandLine(CommandEnvironment environment, String first) {
    CommandLine root = new CommandLine(new TasknetMain());
    ClientCommands client = new ClientCommands(environment);
    Map<String, Supplier<Object>> own = ownCommands(environment);
    Supplier<Object> asked = own.get(first);
    if (asked != null) {
      root.addSubcommand(asked.get());
      client.applyTo(root);
      return root;
    }
    own.values().forEach(command -> root.addSubcommand(command.get()));
    client.addTo(root);
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, _ -> "");
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandGroups());
    return root;
  }

  private static Map<String, Supplier<Object>> ownCommands(CommandEnvironment environment) {
    Map<String, Supplier<Object>> own = new LinkedHashMap<>();
    own.put("up", () -> new UpCommand(environment));
    own.put("demo", () -> new DemoCommand(environment));
    own.put("doctor", () -> new DoctorCommand(environment));
    own.put("compose", () -> new ComposeCommand(environment));
    own.put("backup", () -> new BackupCommand(environment));
    own.put("bench", () -> new BenchCommand(environment));
    own.putAll(ServiceCommands.all());
    return own;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = TasknetMain.class.getPackage().getImplementationVersion();
      return new String[] {"tasknet " + (version == null ? "(not packaged)" : version)};
    }
  }
}
