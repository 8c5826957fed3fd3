package tasknet.task;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import tasknet.runtime.Settings;

/**
 * A point in time as somebody says it: at an instant, or a while from now. What "now" is, the
 * dispatcher's clock says.
 */
public sealed interface When {
  /** What {@link #parse} takes, for messages. */
  String ALLOWED =
      "an instant such as 2026-01-31T12:00:00Z, or a time from now such as 30s, 5m, 2h";

  /** What {@link #parse} takes for what lies in the past, for messages. */
  String ALLOWED_AGO = "an instant such as 2026-01-31T12:00:00Z, or a time ago such as 15m, 2h, 7d";

  /** No point in time is later: it would not fit into a column, or into four digits of a year. */
  Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  /** At an instant, whoever's clock says so. */
  record At(Instant instant) implements When {
    @Override
    public String toString() {
      return instant.toString();
    }
  }

  /** A while from now, or ago; not negative. */
  record In(Duration duration) implements When {
    @Override
    public String toString() {
      return duration.toString();
    }
  }

  /**
   * Reads an instant with any offset, or a duration.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static When parse(String text) {
    try {
      return new At(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      return new In(Settings.parseDuration(text));
    }
  }

  /**
   * The instant that is meant, in whole microseconds.
   *
   * @param field what it is for, for the message
   * @throws InvalidValueException if it is not between 1970 and 9999, or the duration is negative
   */
  default Instant from(Instant now, String field) {
    return instant(now, 1, field, ALLOWED);
  }

  /**
   * The instant that is meant when a while is one that has passed, in whole microseconds.
   *
   * @param field what it is for, for the message
   * @throws InvalidValueException if it is not between 1970 and 9999, or the duration is negative
   */
  default Instant before(Instant now, String field) {
    return instant(now, -1, field, ALLOWED_AGO);
  }

  private Instant instant(Instant now, int sign, String field, String allowed) {
    try {
      Instant instant =
          switch (this) {
            case At(Instant at) -> at;
            case In(Duration duration) when !duration.isNegative() ->
                now.plus(duration.multipliedBy(sign));
            case In _ -> Instant.MAX;
          };
      if (instant.isAfter(Instant.EPOCH) && !instant.isAfter(LATEST)) {
        return instant.truncatedTo(ChronoUnit.MICROS);
      }
    } catch (DateTimeException | ArithmeticException e) {
      // Falls through to the error that names what is allowed.
    }
    throw new InvalidValueException(field, this, allowed + ", from 1970 to 9999");
  }
}
