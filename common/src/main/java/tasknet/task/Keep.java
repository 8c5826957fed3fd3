package tasknet.task;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.Settings;

/**
 * How long a task is kept after its end.
 *
 * @param time at least {@link #LEAST}; null for ever
 */
public record Keep(@Nullable Duration time) {
  /** Whoever waits for the end of a task has asked for its result long before. */
  public static final Duration LEAST = Duration.ofSeconds(10);

  /** What {@link #parse} takes, for messages. */
  public static final String ALLOWED =
      "a duration of at least 10s such as 30m, 12h, 30d, or 'forever'";

  /** Never removed for its age. */
  public static final Keep FOREVER = new Keep(null);

  /**
   * @throws IllegalArgumentException if the time is too short
   */
  public Keep {
    if (time != null && time.compareTo(LEAST) < 0) {
      throw new IllegalArgumentException("'" + time + "' is shorter than " + LEAST);
    }
  }

  /**
   * Reads a duration, or {@code forever}.
   *
   * @throws IllegalArgumentException if it is neither, or too short
   */
  public static Keep parse(String text) {
    return text.equals("forever") ? FOREVER : new Keep(Settings.parseDuration(text));
  }

  /** What ended at that instant or before has been kept long enough; null for nothing. */
  public @Nullable Instant endedBy(Instant now) {
    try {
      Instant by = time == null ? Instant.MIN : now.minus(time);
      return by.isBefore(Instant.EPOCH) ? null : by;
    } catch (DateTimeException | ArithmeticException e) {
      return null; // longer than there is time
    }
  }

  @Override
  public String toString() {
    return time == null ? "forever" : time.toString();
  }
}
