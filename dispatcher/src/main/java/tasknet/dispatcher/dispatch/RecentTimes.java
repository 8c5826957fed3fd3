package tasknet.dispatcher.dispatch;

import java.time.Duration;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskLatency.Percentiles;

/**
 * How long something took lately: a histogram of each of the last {@link TaskActivity#SLOTS} slots
 * of time, and one of all of them but the current, to which a slot is added when it is over and
 * from which it is taken when it is too long ago. So a time is recorded once. For one thread.
 */
final class RecentTimes {
  /** In microseconds: two weeks. What takes longer counts as this. */
  private static final long LONGEST = Duration.ofDays(14).toNanos() / 1_000;

  /** One digit is a width of at most a sixteenth of the value; of that the middle is told. */
  private static final int DIGITS = 1;

  private final AbstractHistogram before = new IntCountsHistogram(LONGEST, DIGITS);
  private final @Nullable AbstractHistogram[] slots =
      new @Nullable AbstractHistogram[TaskActivity.SLOTS];
  private int current;

  /**
   * It took so long.
   *
   * @param micros less than 0 when the clock was set back meanwhile
   */
  void record(long micros) {
    long value = Math.clamp(micros, 0, LONGEST);
    AbstractHistogram slot = slots[current];
    if (slot == null) {
      slot = new IntCountsHistogram(LONGEST, DIGITS);
      slots[current] = slot;
    }
    slot.recordValue(value);
  }

  /** A slot is over. */
  void next() {
    AbstractHistogram over = slots[current];
    if (over != null && over.getTotalCount() > 0) {
      before.add(over);
    }
    current = (current + 1) % slots.length;
    AbstractHistogram oldest = slots[current];
    if (oldest != null && oldest.getTotalCount() > 0) {
      before.subtract(oldest);
      oldest.reset();
    }
  }

  /** Adds what is here to the times of others. */
  void addTo(AbstractHistogram sum) {
    sum.add(before);
    AbstractHistogram slot = slots[current];
    if (slot != null) {
      sum.add(slot);
    }
  }

  /** An empty sum for {@link #addTo}. */
  static AbstractHistogram sum() {
    return new IntCountsHistogram(LONGEST, DIGITS);
  }

  boolean isEmpty() {
    AbstractHistogram slot = slots[current];
    return before.getTotalCount() == 0 && (slot == null || slot.getTotalCount() == 0);
  }

  static Percentiles percentiles(AbstractHistogram times) {
    return new Percentiles(at(times, 50), at(times, 95), at(times, 99));
  }

  private static Duration at(AbstractHistogram times, double percentile) {
    long micros = times.medianEquivalentValue(times.getValueAtPercentile(percentile));
    return Duration.ofNanos(micros * 1_000);
  }
}
