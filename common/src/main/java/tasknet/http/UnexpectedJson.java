package tasknet.http;

import java.util.stream.Collectors;
import tasknet.task.InvalidValueException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;

/** Says in words of the user, not of the code, why a text is not the JSON that was expected. */
final class UnexpectedJson {
  private UnexpectedJson() {}

  static Problem problem(JacksonException e) {
    if (e.getCause() instanceof InvalidValueException invalid) {
      return Problem.malformed(String.valueOf(invalid.getMessage())).with("field", invalid.field());
    }
    return Problem.malformed(
        e instanceof DatabindException
            ? "not the JSON that is expected: " + reason(e) + place(e.getLocation())
            : "not valid JSON: " + e.getOriginalMessage() + place(e.getLocation()));
  }

  private static String reason(JacksonException e) {
    String message = e.getOriginalMessage();
    if (e.getCause() instanceof IllegalArgumentException refused && refused.getMessage() != null) {
      return field(e) + ": " + refused.getMessage();
    }
    if (!message.contains("`")) {
      return message;
    }
    // Jackson's own words name Java classes, between backticks.
    int allowed = message.indexOf(": not ");
    return field(e)
        + " is not what it must be"
        + (e instanceof InvalidFormatException && allowed > 0 ? message.substring(allowed) : "");
  }

  private static String field(JacksonException e) {
    String path =
        e.getPath().stream()
            .map(
                reference ->
                    reference.getPropertyName() == null
                        ? String.valueOf(reference.getIndex())
                        : reference.getPropertyName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "the value" : path;
  }

  private static String place(TokenStreamLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
