package tasknet.monitoring.history;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The samples of the last day, in memory: each has its place by its time. */
final class SampleRing {
  /** Seconds from one sample to the next. */
  static final int STEP = 2;

  static final int CAPACITY = (int) Duration.ofDays(1).toSeconds() / STEP;

  private static final long NOTHING = Long.MIN_VALUE;

  private final long[] seconds = new long[CAPACITY];
  private final float[] values = new float[CAPACITY * Series.COUNT];

  SampleRing() {
    Arrays.fill(seconds, NOTHING);
  }

  /** Where the sample of a time is kept. */
  static int place(long second) {
    return (int) Math.floorMod(second / STEP, (long) CAPACITY);
  }

  /** The beginning of the step that an instant lies in. */
  static long stepOf(long second) {
    return Math.floorDiv(second, (long) STEP) * STEP;
  }

  synchronized void put(Sample sample) {
    int place = place(sample.second());
    seconds[place] = sample.second();
    System.arraycopy(sample.values(), 0, values, place * Series.COUNT, Series.COUNT);
  }

  /** The sample at a place; null when there is none. */
  synchronized @Nullable Sample at(int place) {
    int from = place * Series.COUNT;
    return seconds[place] == NOTHING
        ? null
        : new Sample(seconds[place], Arrays.copyOfRange(values, from, from + Series.COUNT));
  }

  /** Adds what lies between two times to what is counted. */
  synchronized void read(long from, long to, Buckets buckets) {
    if (to - from >= (long) CAPACITY * STEP) {
      for (int place = 0; place < CAPACITY; place++) {
        add(place, from, to, buckets);
      }
    } else {
      for (long second = stepOf(from); second < to; second += STEP) {
        add(place(second), from, to, buckets);
      }
    }
  }

  private void add(int place, long from, long to, Buckets buckets) {
    long second = seconds[place];
    if (second >= from && second < to) {
      buckets.add(second, values, place * Series.COUNT);
    }
  }
}
