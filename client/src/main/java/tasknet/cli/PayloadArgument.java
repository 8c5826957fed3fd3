package tasknet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import tasknet.http.Json;
import tasknet.task.JsonText;
import tools.jackson.core.JacksonException;

/** How the payload on a command line becomes JSON. */
final class PayloadArgument {
  /** What the JVM makes of the bytes of an argument that are not of its locale. */
  private static final char UNREADABLE = '\uFFFD';

  private PayloadArgument() {}

  /**
   * What is one JSON value is that value, anything else is a text.
   *
   * @param argument {@code -} for what stands in the input, without its last line break
   * @param text whether it is a text in any case
   */
  static JsonText read(String argument, boolean text, InputStream in) {
    if (argument.indexOf(UNREADABLE) >= 0) {
      throw new CommandException(
          ExitCodes.USAGE,
          "the payload has letters that the locale cannot read; set LANG=C.UTF-8, or pass the"
              + " payload on standard input with -");
    }
    String given = argument.equals("-") ? withoutLineBreak(all(in)) : argument;
    return text ? Json.textOf(given) : jsonOrText(given);
  }

  private static JsonText jsonOrText(String given) {
    if (given.isBlank()) {
      return Json.textOf(given);
    }
    try {
      return Json.text(given);
    } catch (JacksonException e) {
      return Json.textOf(given);
    }
  }

  private static String all(InputStream in) {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CommandException(
          ExitCodes.USAGE, "cannot read the payload from standard input: " + e.getMessage());
    }
  }

  private static String withoutLineBreak(String text) {
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
