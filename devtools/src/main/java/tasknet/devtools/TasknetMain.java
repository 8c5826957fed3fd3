package tasknet.devtools;

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

  private TasknetMain() {}

  public static void main(String[] arguments) {
    CommandLine root = commandLine(CommandEnvironment.ofProcess(System.getenv()));
    System.exit(root.execute(arguments.length == 0 ? new String[] {"help"} : arguments));
  }

  static CommandLine commandLine(CommandEnvironment environment) {
    CommandLine root = new CommandLine(new TasknetMain());
    root.addSubcommand(new UpCommand(environment));
    root.addSubcommand(new DemoCommand(environment));
    root.addSubcommand(new DoctorCommand(environment));
    root.addSubcommand(new ComposeCommand(environment));
    root.addSubcommand(new BackupCommand(environment));
    root.addSubcommand(new BenchCommand(environment));
    ServiceCommands.all().forEach(root::addSubcommand);
    new ClientCommands(environment).addTo(root);
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, _ -> "");
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandGroups());
    return root;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = TasknetMain.class.getPackage().getImplementationVersion();
      return new String[] {"tasknet " + (version == null ? "(not packaged)" : version)};
    }
  }
}
