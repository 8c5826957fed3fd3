package tasknet.metrics;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import tasknet.runtime.Histogram;

/** Shows {@link Histogram}s to Prometheus. */
public final class Histograms {
  private Histograms() {}

  /** Registers one without labels; it is read when it is asked for. */
  public static void register(
      PrometheusRegistry registry, String name, String help, Histogram histogram) {
    registry.register(
        () ->
            HistogramSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(dataPoint(Labels.EMPTY, histogram))
                .build());
  }

  /** One with its labels, as it is now. */
  public static HistogramDataPointSnapshot dataPoint(Labels labels, Histogram histogram) {
    double[] bounds = histogram.bounds();
    double[] all = Arrays.copyOf(bounds, bounds.length + 1);
    all[bounds.length] = Double.POSITIVE_INFINITY;
    return HistogramDataPointSnapshot.builder()
        .labels(labels)
        .classicHistogramBuckets(ClassicHistogramBuckets.of(all, histogram.counts()))
        .sum(histogram.sum())
        .build();
  }
}
