package tasknet.http;

import java.lang.invoke.MethodType;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tasknet.task.InvalidValueException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Says in words of the user, not of the code, why a text is not the JSON that was expected. */
public final class JsonErrors {
  /** Jackson's own words speak of creators. */
  private static final Pattern MISSING =
      Pattern.compile("^Missing required creator property '([^']+)'");

  /** Where an object began, which is not kept, and how a program would allow what is wrong. */
  private static final Pattern FOR_PROGRAMMERS =
      Pattern.compile(" \\([^()]*\\[Source: [^]]*]\\)|: enable `\\S+` to allow");

  private JsonErrors() {}

  /** One sentence: what is wrong, where, and what is allowed where that is known. */
  public static String describe(JacksonException e) {
    return describe(e, place(e.getLocation()));
  }

  /** The same for a document that is one line of several, of which only the column tells. */
  public static String describeInLine(JacksonException e) {
    return describe(e, column(e.getLocation()));
  }

  private static String describe(JacksonException e, String place) {
    if (e.getCause() instanceof InvalidValueException invalid) {
      return message(invalid);
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return unknown(unknown) + place;
    }
    return e instanceof DatabindException || e instanceof InputCoercionException
        ? "not the JSON that is expected: " + reason(e) + place
        : "not valid JSON: "
            + FOR_PROGRAMMERS.matcher(e.getOriginalMessage()).replaceAll("")
            + place;
  }

  /** The same for a long document: always with the place. */
  public static String describeInDocument(JacksonException e) {
    String place = place(e.getLocation());
    return e.getCause() instanceof InvalidValueException invalid
        ? field(e) + ": " + message(invalid) + place
        : describe(e);
  }

  private static String message(InvalidValueException e) {
    return String.valueOf(e.getMessage());
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
    Matcher missing = MISSING.matcher(message);
    if (missing.find()) {
      return "the field '" + missing.group(1) + "' is missing";
    }
    if (!message.contains("`")) {
      return message;
    }
    // Jackson's own words name Java classes, between backticks.
    Class<?> target = target(e);
    if (target == null) {
      return field(e) + " is not what it must be";
    }
    return e instanceof InvalidFormatException given && given.getValue() != null
        ? message(new InvalidValueException(field(e), given.getValue(), kind(target)))
        : field(e) + " must be " + kind(target);
  }

  private static @Nullable Class<?> target(@Nullable Throwable e) {
    return switch (e) {
      case MismatchedInputException mismatch -> mismatch.getTargetType();
      case InputCoercionException coercion -> coercion.getTargetType();
      case null -> null;
      default -> target(e.getCause());
    };
  }

  /** What is wanted, as its user would call it. */
  private static String kind(Class<?> type) {
    Class<?> wrapped = MethodType.methodType(type).wrap().returnType();
    if (List.of(Integer.class, Long.class, Short.class, Byte.class).contains(wrapped)) {
      return "a whole number";
    }
    if (Number.class.isAssignableFrom(wrapped)) {
      return "a number";
    }
    if (wrapped.equals(Boolean.class)) {
      return "true or false";
    }
    if (wrapped.equals(Instant.class)) {
      return "an instant such as 2026-01-31T12:00:00Z";
    }
    if (Collection.class.isAssignableFrom(wrapped) || wrapped.isArray()) {
      return "a list";
    }
    if (wrapped.isEnum()) {
      return "one of " + Arrays.toString(wrapped.getEnumConstants());
    }
    return wrapped.equals(String.class) ? "text" : "an object";
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

  /** A carriage return within the line makes more lines of it, whose columns say nothing. */
  private static String column(TokenStreamLocation location) {
    return location == null || location.getLineNr() != 1
        ? ""
        : " (column " + location.getColumnNr() + ")";
  }
}
