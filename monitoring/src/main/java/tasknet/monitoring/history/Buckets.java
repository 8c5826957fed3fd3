package tasknet.monitoring.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Samples put together, so many seconds in each bucket. */
final class Buckets {
  private final long first;
  private final int step;
  private final int count;
  private final double[] sums;
  private final int[] counted;

  /**
   * @param first the second with which the first bucket begins
   * @param step seconds of a bucket
   */
  Buckets(long first, int step, int count) {
    this.first = first;
    this.step = step;
    this.count = count;
    sums = new double[count * Series.COUNT];
    counted = new int[count * Series.COUNT];
  }

  /** Adds a sample, whose values begin at an index; what is not a number counts for nothing. */
  void add(long second, float[] values, int from) {
    int bucket = (int) ((second - first) / step) * Series.COUNT;
    for (int series = 0; series < Series.COUNT; series++) {
      float value = values[from + series];
      if (!Float.isNaN(value)) {
        int index = bucket + series;
        boolean worst = Series.ALL.get(series).worst() && counted[index] > 0;
        sums[index] = worst ? Math.max(sums[index], value) : sums[index] + value;
        counted[index]++;
      }
    }
  }

  /** When each bucket begins. */
  List<Long> times() {
    List<Long> times = new ArrayList<>(count);
    for (int bucket = 0; bucket < count; bucket++) {
      times.add(first + (long) bucket * step);
    }
    return times;
  }

  /** By name; null for a bucket in which nothing is known. */
  Map<String, List<@Nullable Double>> series() {
    Map<String, List<@Nullable Double>> all = new LinkedHashMap<>();
    for (Series series : Series.ALL) {
      List<@Nullable Double> values = new ArrayList<>(count);
      for (int bucket = 0; bucket < count; bucket++) {
        values.add(value(series, bucket * Series.COUNT + series.index()));
      }
      all.put(series.text(), values);
    }
    return all;
  }

  private @Nullable Double value(Series series, int index) {
    if (counted[index] == 0) {
      return null;
    }
    double value = series.worst() ? sums[index] : sums[index] / counted[index];
    return Math.round(value * 10_000) / 10_000.0;
  }
}
