package tasknet.dispatcher.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.NanoClock;

/** The earliest of the instants of which it was told, on the nano clock. For one thread. */
final class Alarm {
  /** A longer sleep is cut, so that a time of day that was set is noticed. */
  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final NanoClock nanos;
  private @Nullable Long due;

  Alarm(InstantSource clock, NanoClock nanos) {
    this.clock = clock;
    this.nanos = nanos;
  }

  /** It rings at that instant, unless it does so before. */
  void at(Instant instant) {
    Duration until = Duration.between(clock.instant(), instant);
    long wait = until.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP.toNanos() : until.toNanos();
    long at = nanos.nanoTime() + Math.max(0, wait);
    if (due == null || at - due < 0) {
      due = at;
    }
  }

  /** When it rings, on the nano clock; null for not at all. */
  @Nullable Long nextDue() {
    return due;
  }

  /** Whether it rings; then it is silent until it is set again. */
  boolean rings(long now) {
    if (due == null || due - now > 0) {
      return false;
    }
    due = null;
    return true;
  }
}
