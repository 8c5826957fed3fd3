package tasknet.cli;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import tasknet.task.When;

/** Reads an instant such as {@code 2026-01-31T12:00:00Z}, or a time from now, also in seconds. */
final class WhenConverter implements ITypeConverter<When> {
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

  @Override
  public When convert(String text) {
    try {
      return SECONDS.matcher(text).matches()
          ? new When.In(Duration.ofSeconds(Long.parseLong(text)))
          : When.parse(text);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new TypeConversionException(
          "'" + text + "' is not allowed; it must be " + When.ALLOWED);
    }
  }
}
