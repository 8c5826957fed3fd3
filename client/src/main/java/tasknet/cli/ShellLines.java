package tasknet.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.impl.DefaultParser;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs the lines of a shell, each of which is a command as it stands after {@code tasknet}. */
final class ShellLines {
  private final CommandLine commands;
  private final CommandEnvironment environment;
  private final DefaultParser parser = new DefaultParser();
  private int exitCode;

  ShellLines(CommandEnvironment environment) {
    this.environment = environment;
    this.commands = new CommandLine(new Root());
    new ClientCommands(environment).addTo(commands);
    commands.getCommandSpec().removeSubcommand("shell");
    parser.setEofOnUnclosedQuote(true);
  }

  @Command(
      name = "tasknet",
      customSynopsis = "COMMAND [ARGUMENTS]",
      description = "Besides these commands: help, exit, quit.")
  private static final class Root {}

  /** The commands, for completion. */
  CommandLine commands() {
    return commands;
  }

  /** How lines become words. */
  DefaultParser parser() {
    return parser;
  }

  /** The exit code of the last command. */
  int exitCode() {
    return exitCode;
  }

  /** Runs every line up to the end, or to exit or quit. */
  int runAll(InputStream in) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    String line = lines.readLine();
    while (line != null && run(line)) {
      line = lines.readLine();
    }
    return exitCode;
  }

  /**
   * Runs one line.
   *
   * @return false when it says that the shell is to be left
   */
  boolean run(String line) {
    List<String> words;
    try {
      ParsedLine parsed = parser.parse(line, line.length(), Parser.ParseContext.ACCEPT_LINE);
      words = parsed.words().stream().toList();
    } catch (SyntaxError e) {
      environment.err().println("tasknet: a closing quote is missing");
      exitCode = ExitCodes.USAGE;
      return true;
    }
    return line.isBlank() || line.stripLeading().startsWith("#") || runWords(words);
  }

  private boolean runWords(List<String> words) {
    List<String> command =
        words.getFirst().equals("tasknet") && words.size() > 1
            ? words.subList(1, words.size())
            : words;
    switch (command.getFirst()) {
      case "exit", "quit" -> {
        return false;
      }
      case "help" -> {
        commands.usage(commands.getOut(), CommandLine.Help.Ansi.OFF);
        exitCode = ExitCodes.DONE;
      }
      default -> exitCode = commands.execute(command.toArray(String[]::new));
    }
    return true;
  }
}
