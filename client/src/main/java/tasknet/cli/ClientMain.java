package tasknet.cli;

import picocli.CommandLine;

/** The client as a program of its own. */
public final class ClientMain {
  private ClientMain() {}

  public static void main(String[] arguments) {
    CommandEnvironment environment = CommandEnvironment.ofProcess(System.getenv());
    System.exit(commandLine(environment).execute(arguments));
  }

  static CommandLine commandLine(CommandEnvironment environment) {
    CommandLine root = new CommandLine(new RootCommand());
    new ClientCommands(environment).addTo(root);
    return root;
  }
}
