package tasknet.dispatcher;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.store.TaskStore;
import tasknet.task.TaskType;

/**
 * For how long the first task of each type is queued: of the types whose first task waits the
 * longest, and the longest of all others.
 */
record QueueAge(TaskStore store, InstantSource clock, int mostTypes, String otherTypes)
    implements Collector {
  private static final double MILLIS_IN_A_SECOND = 1_000;

  @Override
  public MetricSnapshot collect() {
    GaugeSnapshot.Builder ages =
        GaugeSnapshot.builder()
            .name("tasknet_queue_oldest_seconds")
            .help("for how long the first task is queued, by type; none when no task is");
    seconds()
        .forEach(
            (type, seconds) ->
                ages.dataPoint(
                    GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("type", type))
                        .value(seconds)
                        .build()));
    return ages.build();
  }

  private Map<String, Double> seconds() {
    Map<TaskType, Instant> oldest;
    try {
      oldest = store.oldestQueued();
    } catch (StoreException e) {
      return Map.of(); // the other numbers are needed all the more
    }
    Instant now = clock.instant();
    List<Map.Entry<TaskType, Instant>> oldestFirst =
        oldest.entrySet().stream().sorted(Map.Entry.comparingByValue()).toList();
    Map<String, Double> ages = new TreeMap<>();
    for (int index = 0; index < oldestFirst.size(); index++) {
      Map.Entry<TaskType, Instant> each = oldestFirst.get(index);
      double age =
          Math.max(0, Duration.between(each.getValue(), now).toMillis() / MILLIS_IN_A_SECOND);
      ages.merge(index < mostTypes ? each.getKey().name() : otherTypes, age, Math::max);
    }
    return ages;
  }
}
