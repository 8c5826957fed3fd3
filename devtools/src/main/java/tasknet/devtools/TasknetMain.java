package tasknet.devtools;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import tasknet.cli.ClientCommands;
import tasknet.cli.CommandEnvironment;

/** The program behind {@code ./tasknet}: the cluster, its services one by one, and the client. */
@Command(
    name = "tasknet",
    description = "A task system: REST in, UDP to the workers, nothing lost.",
    subcommands = HelpCommand.class)
public final class TasknetMain {
  private TasknetMain() {}

  public static void main(String[] arguments) {
    CommandEnvironment environment = CommandEnvironment.ofProcess(System.getenv());
    CommandLine root = new CommandLine(new TasknetMain());
    root.addSubcommand(new UpCommand(environment));
    root.addSubcommand(new DemoCommand(environment));
    ServiceCommands.all().forEach(root::addSubcommand);
    new ClientCommands(environment).addTo(root);
    System.exit(root.execute(arguments.length == 0 ? new String[] {"help"} : arguments));
  }
}
