package tasknet.devtools.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** When the next task is to be handed in; for any number of threads. */
final class Pace {
  /** There is no next task. */
  static final long END = Long.MIN_VALUE;

  private final long begin = System.nanoTime();
  private final long until;
  private final long tasks;
  private final @Nullable Double nanosApart;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param nanos after so many there is no next task
   * @param tasks after so many there is no next task either; null for any number
   * @param rate how many a second; null for as many as are asked for
   */
  Pace(long nanos, @Nullable Long tasks, @Nullable Double rate) {
    this.until = begin + nanos;
    this.tasks = tasks == null ? Long.MAX_VALUE : tasks;
    this.nanosApart = rate == null ? null : 1e9 / rate;
  }

  /**
   * Waits until the next task is due.
   *
   * @return since when it is due, on the nano clock. With a rate its latency counts from then,
   *     however late somebody had time to hand it in; else one that is slow would keep others, that
   *     were to wait behind it, from being measured. {@link #END} when there is none.
   */
  long next() {
    long number = taken.getAndIncrement();
    long now = System.nanoTime();
    long due = nanosApart == null ? now : begin + (long) (number * nanosApart);
    if (number >= tasks || due - until >= 0) {
      return END;
    }
    while (due - now > 0) {
      LockSupport.parkNanos(due - now);
      if (Thread.currentThread().isInterrupted()) {
        return END;
      }
      now = System.nanoTime();
    }
    return due;
  }
}
