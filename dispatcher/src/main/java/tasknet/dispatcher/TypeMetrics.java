package tasknet.dispatcher;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.TypeActivity;
import tasknet.dispatcher.dispatch.TypeControl;
import tasknet.metrics.Histograms;
import tasknet.runtime.Histogram;
import tasknet.task.TaskType;
import tasknet.task.TypeStatus;

/** What {@code /metrics} shows of types: what waits, what holds, and what was refused. */
record TypeMetrics(DispatchLoop loop, int mostTypes, String otherTypes) implements MultiCollector {
  @Override
  public MetricSnapshots collect() {
    return new MetricSnapshots(
        waiting(),
        workers(),
        paused(),
        limits(),
        refused(),
        times(
            "tasknet_task_wait_seconds",
            "from when tasks were queued until their attempts began, by type",
            TypeActivity::waits),
        times(
            "tasknet_task_duration_seconds",
            "from when tasks were submitted until their last attempts ended, by type",
            TypeActivity::totals),
        attempts());
  }

  private GaugeSnapshot workers() {
    GaugeSnapshot.Builder workers =
        GaugeSnapshot.builder()
            .name("tasknet_type_workers")
            .help("workers that are registered, by type; none for a type without");
    loop.liveWorkers()
        .forEach((type, count) -> workers.dataPoint(gauge(Labels.of("type", type.name()), count)));
    return workers.build();
  }

  private HistogramSnapshot times(
      String name, String help, Function<TypeActivity, Histogram> histogram) {
    HistogramSnapshot.Builder times = HistogramSnapshot.builder().name(name).help(help);
    loop.activity()
        .forEach(
            (type, activity) ->
                times.dataPoint(
                    Histograms.dataPoint(Labels.of("type", type), histogram.apply(activity))));
    return times.build();
  }

  private HistogramSnapshot attempts() {
    HistogramSnapshot.Builder times =
        HistogramSnapshot.builder()
            .name("tasknet_attempt_duration_seconds")
            .help(
                "from when attempts began until they ended, by type and outcome; failed has those"
                    + " that were lost, and those that did not run are left out");
    loop.activity()
        .forEach(
            (type, activity) ->
                times
                    .dataPoint(
                        Histograms.dataPoint(
                            Labels.of("type", type, "outcome", "completed"),
                            activity.completedAttempts()))
                    .dataPoint(
                        Histograms.dataPoint(
                            Labels.of("type", type, "outcome", "failed"),
                            activity.failedAttempts())));
    return times.build();
  }

  /** Of the types of which the most wait, and of all others together. */
  private GaugeSnapshot waiting() {
    GaugeSnapshot.Builder waiting =
        GaugeSnapshot.builder()
            .name("tasknet_type_waiting_tasks")
            .help("tasks that have not begun, by type");
    List<Map.Entry<TaskType, Long>> mostFirst =
        loop.waiting().byType().entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .toList();
    Map<String, Long> named = new TreeMap<>();
    for (int index = 0; index < mostFirst.size(); index++) {
      String name = index < mostTypes ? mostFirst.get(index).getKey().name() : otherTypes;
      named.merge(name, mostFirst.get(index).getValue(), Long::sum);
    }
    named.forEach(
        (type, tasks) -> waiting.dataPoint(gauge(Labels.of("type", type), tasks.doubleValue())));
    return waiting.build();
  }

  private GaugeSnapshot paused() {
    GaugeSnapshot.Builder paused =
        GaugeSnapshot.builder().name("tasknet_type_paused").help("1 while a type is paused");
    TypeControl types = loop.types();
    for (TaskType type : types.known()) {
      Labels labels = Labels.of("type", type.name());
      paused.dataPoint(gauge(labels, types.override(type).paused() ? 1 : 0));
    }
    return paused.build();
  }

  private GaugeSnapshot limits() {
    GaugeSnapshot.Builder all =
        GaugeSnapshot.builder()
            .name("tasknet_type_limit")
            .help("limits of a type that hold now, by what they limit");
    for (TaskType type : loop.types().known()) {
      TypeStatus.Limits limits = loop.types().limits(type);
      add(all, type, "running", limits.running());
      add(all, type, "starts_per_second", limits.startsPerSecond());
      add(all, type, "waiting", limits.waiting());
    }
    return all.build();
  }

  private CounterSnapshot refused() {
    CounterSnapshot.Builder refused =
        CounterSnapshot.builder()
            .name("tasknet_tasks_refused")
            .help("submissions that were refused, by type and reason");
    loop.counters()
        .refusals()
        .forEach(
            (kind, count) ->
                refused.dataPoint(
                    CounterDataPointSnapshot.builder()
                        .labels(
                            Labels.of(
                                "type",
                                kind.type(),
                                "reason",
                                kind.reason().name().toLowerCase(Locale.ROOT)))
                        .value((double) count)
                        .build()));
    return refused.build();
  }

  private static void add(
      GaugeSnapshot.Builder all, TaskType type, String limit, @Nullable Number value) {
    if (value != null) {
      all.dataPoint(gauge(Labels.of("type", type.name(), "limit", limit), value.doubleValue()));
    }
  }

  private static GaugeDataPointSnapshot gauge(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }
}
