package tasknet.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before each further try: {@code first · factor^(n-1)}, at most {@code cap},
 * shortened by a random part of up to {@code jitter}.
 *
 * @param first the wait after the first failure; not negative
 * @param factor growth with each failure; at least 1
 * @param cap the longest wait; at least {@code first}, at most {@link #MAX_CAP}
 * @param jitter 0 (exact) to 1 (anything from nothing to the whole wait)
 */
public record Backoff(Duration first, double factor, Duration cap, double jitter) {
  /** The longest cap. */
  public static final Duration MAX_CAP = Duration.ofDays(365);

  /** One second, doubling up to five minutes, a quarter of it random. */
  public static final Backoff DEFAULT =
      new Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(5), 0.25);

  /**
   * @throws IllegalArgumentException if a value is out of its bounds; the message names it
   */
  public Backoff {
    check(!first.isNegative(), "first must not be negative");
    check(factor >= 1 && factor <= 100, "factor must be a number from 1 to 100");
    check(cap.compareTo(first) >= 0, "cap must be at least as long as first");
    check(cap.compareTo(MAX_CAP) <= 0, "cap must be at most 365 days");
    check(jitter >= 0 && jitter <= 1, "jitter must be a number from 0 to 1");
  }

  /**
   * The wait after failure number {@code failures}.
   *
   * @param failures at least 1
   */
  public Duration after(int failures, RandomGenerator random) {
    double whole = (double) first.toMillis() * Math.pow(factor, failures - 1.0);
    double capped = Math.min(whole, (double) cap.toMillis());
    return Duration.ofMillis(Math.round(capped * (1 - jitter * random.nextDouble())));
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
