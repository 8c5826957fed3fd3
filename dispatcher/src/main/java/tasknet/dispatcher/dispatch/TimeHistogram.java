package tasknet.dispatcher.dispatch;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many times were at most so long, since the start of the process, as Prometheus wants it. One
 * thread records, any may read; so it needs no lock, and no more than two stores for each time.
 */
public final class TimeHistogram {
  private static final double[] BOUNDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800
  };

  private static final long[] MICROS = new long[BOUNDS.length];

  static {
    for (int index = 0; index < BOUNDS.length; index++) {
      MICROS[index] = Math.round(BOUNDS[index] * 1e6);
    }
  }

  /** By bucket, then those above all bounds, then the sum of all times in microseconds. */
  private final AtomicLongArray counts = new AtomicLongArray(BOUNDS.length + 2);

  TimeHistogram() {}

  /** The upper bounds of the buckets but the last, in seconds. */
  public static double[] bounds() {
    return BOUNDS.clone();
  }

  /**
   * @param micros taken as 0 when it is less
   */
  void record(long micros) {
    int bucket = 0;
    while (bucket < MICROS.length && micros > MICROS[bucket]) {
      bucket++;
    }
    add(bucket, 1);
    add(BOUNDS.length + 1, Math.max(0, micros));
  }

  /** How many times are in each bucket alone; the last has those above all bounds. */
  public long[] counts() {
    long[] now = new long[BOUNDS.length + 1];
    for (int bucket = 0; bucket < now.length; bucket++) {
      now[bucket] = counts.getAcquire(bucket);
    }
    return now;
  }

  /** The sum of all times, in seconds. */
  public double sum() {
    return counts.getAcquire(BOUNDS.length + 1) / 1e6;
  }

  private void add(int index, long more) {
    counts.setRelease(index, counts.getPlain(index) + more);
  }
}
