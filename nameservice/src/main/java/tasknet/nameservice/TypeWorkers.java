package tasknet.nameservice;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Map;
import java.util.TreeMap;
import tasknet.task.TaskType;

/** Shows how many workers are live by type; one that runs several types counts for each. */
record TypeWorkers(Registry registry) implements Collector {
  @Override
  public MetricSnapshot collect() {
    Map<TaskType, Integer> byType = new TreeMap<>();
    registry
        .list(null)
        .workers()
        .forEach(
            worker ->
                worker.registration().types().forEach(type -> byType.merge(type, 1, Integer::sum)));
    GaugeSnapshot.Builder workers =
        GaugeSnapshot.builder().name("tasknet_workers_by_type").help("live workers, by type");
    byType.forEach(
        (type, count) ->
            workers.dataPoint(
                GaugeDataPointSnapshot.builder()
                    .labels(Labels.of("type", type.name()))
                    .value(count)
                    .build()));
    return workers.build();
  }
}
