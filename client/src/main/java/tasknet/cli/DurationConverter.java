package tasknet.cli;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import tasknet.runtime.Settings;

/** Reads {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, ISO-8601, or a number of seconds. */
final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

  /** Whether the text is a duration that is allowed. */
  static boolean accepts(String text) {
    try {
      return read(text).isPositive();
    } catch (IllegalArgumentException | ArithmeticException e) {
      return false;
    }
  }

  @Override
  public Duration convert(String text) {
    if (!accepts(text)) {
      throw new TypeConversionException(
          "'" + text + "' is not allowed; it must be a duration above zero such as 500ms, 30s, 5m");
    }
    return read(text);
  }

  private static Duration read(String text) {
    return SECONDS.matcher(text).matches()
        ? Duration.ofSeconds(Long.parseLong(text))
        : Settings.parseDuration(text);
  }
}
