package tasknet.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Asks a person before something is done that cannot be undone. */
final class Confirmation {
  private static final Set<String> YES = Set.of("y", "yes");

  private Confirmation() {}

  /**
   * Goes on when the answer is yes.
   *
   * @param question ends with a question mark
   * @throws CommandException if it is not, or nobody is there to ask
   */
  static void ask(CommandEnvironment environment, String question) {
    if (!environment.terminal()) {
      throw nobody();
    }
    environment.out().print(question + " [y/N] ");
    environment.out().flush();
    if (!YES.contains(answer(environment).strip().toLowerCase(Locale.ROOT))) {
      throw new CommandException(ExitCodes.FAILED, "nothing was done");
    }
  }

  private static String answer(CommandEnvironment environment) {
    try {
      // Not closed: the input is not this command's own.
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(environment.in(), StandardCharsets.UTF_8));
      String line = lines.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw nobody(); // in the shell, which reads its commands from there
    }
  }

  private static CommandException nobody() {
    return new CommandException(
        ExitCodes.USAGE, "this cannot be undone, and nobody can be asked; add --yes");
  }
}
