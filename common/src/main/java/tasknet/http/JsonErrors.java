package tasknet.http;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tasknet.task.InvalidValueException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says in words of the user, not of the code, why a text is not the JSON that was expected. */
public final class JsonErrors {
  private static final Pattern PACKAGES = Pattern.compile("`(?:[a-z]+\\.)*(\\w+)`");

  private JsonErrors() {}

  /** One sentence: what is wrong, where, and what is allowed where that is known. */
  public static String describe(JacksonException e) {
    if (e.getCause() instanceof InvalidValueException invalid) {
      return String.valueOf(invalid.getMessage());
    }
    String place = place(e.getLocation());
    if (e instanceof UnrecognizedPropertyException unknown) {
      return unknown(unknown) + place;
    }
    return e instanceof DatabindException
        ? "not the JSON that is expected: " + reason(e) + place
        : "not valid JSON: " + e.getOriginalMessage() + place;
  }

  private static String unknown(UnrecognizedPropertyException e) {
    Collection<Object> known = e.getKnownPropertyIds();
    String allowed =
        known == null
            ? ""
            : "; allowed are "
                + known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    return "the field '" + e.getPropertyName() + "' is not known" + allowed;
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
        + (e instanceof InvalidFormatException && allowed > 0
            ? PACKAGES.matcher(message.substring(allowed)).replaceAll("$1")
            : "");
  }

  private static String field(JacksonException e) {
    String path =
        e.getPath().stream()
            .map(
                step ->
                    step.getPropertyName() == null
                        ? String.valueOf(step.getIndex())
                        : step.getPropertyName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "the value" : path;
  }

  private static String place(TokenStreamLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
