package tasknet.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import tasknet.task.When;

/** Reads an instant such as {@code 2026-01-31T12:00:00Z}, or a time ago such as {@code 15m}. */
final class TimeAgoConverter implements ITypeConverter<When> {
  @Override
  public When convert(String text) {
    try {
      return When.parse(text);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new TypeConversionException(
          "'" + text + "' is not allowed; it must be " + When.ALLOWED_AGO);
    }
  }
}
