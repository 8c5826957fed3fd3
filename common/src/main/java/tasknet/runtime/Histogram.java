package tasknet.runtime;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many values were at most so large, since the start of the process, as Prometheus wants it.
 * One thread records, any may read; so it needs no lock, and no more than two stores for each
 * value.
 */
public final class Histogram {
  private static final long MICROS_IN_A_SECOND = 1_000_000;

  private final double[] bounds;
  private final long[] limits;
  private final long unit;

  /** By bucket, then those above all bounds, then the sum of all values. */
  private final AtomicLongArray counts;

  private Histogram(long unit, double... bounds) {
    this.unit = unit;
    this.bounds = bounds.clone();
    this.limits = new long[bounds.length];
    for (int index = 0; index < bounds.length; index++) {
      limits[index] = Math.round(bounds[index] * unit);
    }
    this.counts = new AtomicLongArray(bounds.length + 2);
  }

  /**
   * Of durations, which are recorded in microseconds.
   *
   * @param bounds of the buckets but the last, in seconds
   */
  public static Histogram ofDurations(double... bounds) {
    return new Histogram(MICROS_IN_A_SECOND, bounds);
  }

  /**
   * Of numbers.
   *
   * @param bounds of the buckets but the last
   */
  public static Histogram ofNumbers(double... bounds) {
    return new Histogram(1, bounds);
  }

  /**
   * Counts a value; one thread only.
   *
   * @param value taken as 0 when it is less
   */
  public void record(long value) {
    int bucket = 0;
    while (bucket < limits.length && value > limits[bucket]) {
      bucket++;
    }
    add(bucket, 1);
    add(bounds.length + 1, Math.max(0, value));
  }

  /** The upper bounds of the buckets but the last. */
  public double[] bounds() {
    return bounds.clone();
  }

  /** How many values are in each bucket alone; the last has those above all bounds. */
  public long[] counts() {
    long[] now = new long[bounds.length + 1];
    for (int bucket = 0; bucket < now.length; bucket++) {
      now[bucket] = counts.getAcquire(bucket);
    }
    return now;
  }

  /** The sum of all values, in the unit of the bounds. */
  public double sum() {
    return (double) counts.getAcquire(bounds.length + 1) / unit;
  }

  private void add(int index, long more) {
    counts.setRelease(index, counts.getPlain(index) + more);
  }
}
