package tasknet.http;

import java.util.Objects;
import java.util.stream.Collectors;
import tasknet.task.InvalidValueException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says for people what is wrong with a text that is not the JSON that was expected. */
public final class JsonErrors {
  private JsonErrors() {}

  /** One sentence: what is wrong, where, and what is allowed where that is known. */
  public static String describe(JacksonException e) {
    if (e.getCause() instanceof InvalidValueException invalid) {
      return String.valueOf(invalid.getMessage());
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "the field '"
          + unknown.getPropertyName()
          + "' is not known; allowed are "
          + Objects.requireNonNullElse(unknown.getKnownPropertyIds(), java.util.List.of()).stream()
              .map(String::valueOf)
              .sorted()
              .collect(Collectors.joining(", "))
          + place(e);
    }
    String kind =
        e instanceof DatabindException ? "not the JSON that is expected: " : "not valid JSON: ";
    return kind + field(e) + e.getOriginalMessage() + place(e);
  }

  private static String field(JacksonException e) {
    String path =
        e.getPath().stream()
            .map(
                step ->
                    step.getPropertyName() == null
                        ? "[" + step.getIndex() + "]"
                        : step.getPropertyName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "" : path + ": ";
  }

  private static String place(JacksonException e) {
    TokenStreamLocation location = e.getLocation();
    return location == null
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
