package tasknet.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.Backoff;

/** How long to wait between attempts, as somebody writes it; what is null has its default. */
public record BackoffFields(
    @Nullable Duration first,
    @Nullable Double factor,
    @Nullable Duration cap,
    @Nullable Double jitter) {
  /**
   * With what is not given taken from {@code standard}.
   *
   * @throws InvalidValueException if that is no {@link Backoff}
   */
  public Backoff over(Backoff standard) {
    Duration wait = first == null ? standard.first() : first;
    Duration longest = cap == null ? standard.cap() : cap;
    try {
      return new Backoff(
          wait,
          factor == null ? standard.factor() : factor,
          cap == null && wait.compareTo(longest) > 0 ? wait : longest,
          jitter == null ? standard.jitter() : jitter);
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException("backoff", this, String.valueOf(e.getMessage()));
    }
  }
}
