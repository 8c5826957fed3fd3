package tasknet.dispatcher;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import tasknet.dispatcher.api.LineCounters;
import tasknet.dispatcher.callback.CallbackCounters;
import tasknet.dispatcher.dispatch.DispatchCounters;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.Loss;
import tasknet.dispatcher.events.TaskEvents;
import tasknet.dispatcher.retention.Removals;
import tasknet.dispatcher.retention.Retention;
import tasknet.dispatcher.schedule.TickCounters;
import tasknet.dispatcher.store.SqliteTaskStore;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.store.StoreRoom;
import tasknet.dispatcher.store.StoreStats;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.unstored.MemoryFirstStore;
import tasknet.dispatcher.wal.FileTaskLog;
import tasknet.metrics.Histograms;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.wire.LinkCounters;
import tasknet.wire.LinkMetrics;

/** What the dispatcher shows at {@code /metrics}; read when it is asked for. */
final class DispatcherMetrics {
  /** Types are named by clients, so there may be any number; the others are added up. */
  private static final int TYPES = 100;

  private static final String HELD = "for how long clients were held back, as memory was full";

  /** No type has this name. */
  private static final String OTHER_TYPES = "_other";

  private final PrometheusMeterRegistry meters;

  private DispatcherMetrics(PrometheusMeterRegistry meters) {
    this.meters = meters;
  }

  /** Registers the meters; they live as long as what they show. */
  static void bind(
      DispatchLoop loop,
      TickCounters ticks,
      CallbackCounters callbacks,
      SqliteTaskStore store,
      FileTaskLog taskLog,
      MemoryFirstStore tasks,
      TaskEvents events,
      Retention retention,
      LinkCounters link,
      LineCounters bulk,
      LineCounters streams,
      InstantSource clock,
      PrometheusMeterRegistry meters) {
    DispatcherMetrics metrics = new DispatcherMetrics(meters);
    meters.getPrometheusRegistry().register(new Tasks(tasks));
    meters.getPrometheusRegistry().register(new TypeMetrics(loop, TYPES, OTHER_TYPES));
    meters.getPrometheusRegistry().register(new QueueAge(tasks, clock, TYPES, OTHER_TYPES));
    metrics.loop(loop);
    metrics.attempts(loop.counters());
    metrics.schedules(ticks);
    metrics.callbacks(callbacks, store);
    metrics.store(store);
    metrics.unstored(tasks);
    metrics.log(taskLog);
    metrics.events(events);
    metrics.bulk(bulk);
    metrics.streams(streams);
    metrics.retention(retention);
    LinkMetrics.bind(link, meters);
  }

  private void loop(DispatchLoop loop) {
    gauge("waiting.tasks", "tasks that have not begun", loop, DispatchLoop::waitingTasks);
    gauge(
        "waiting.clients", "clients that wait for a task to end", loop, it -> it.waiters().size());
  }

  private void events(TaskEvents events) {
    gauge("events.streams", "clients that are told of events", events, TaskEvents::streams);
    count("events.told", "events that were sent to clients", events, it -> it.told().sum());
    count(
        "events.gaps",
        "how often a client was told that it missed events",
        events,
        it -> it.gaps().sum());
  }

  private void attempts(DispatchCounters all) {
    count("tasks.submitted", "tasks that were accepted", all, DispatchCounters::submitted);
    count("tasks.requeued", "dead tasks that were brought back", all, DispatchCounters::requeued);
    count(
        "tasks.poisoned",
        "tasks that became dead because workers died with them",
        all,
        DispatchCounters::poisoned);
    count("attempts.begun", "attempts that were begun", all, DispatchCounters::begun);
    ended("completed", all, DispatchCounters::completed);
    ended("failed", all, DispatchCounters::failed);
    ended("lost", all, DispatchCounters::lost);
    ended("not_run", all, DispatchCounters::notRun);
    for (Loss loss : Loss.values()) {
      FunctionCounter.builder("tasknet.attempts.lost", all, it -> it.lost(loss))
          .description("attempts that were given up, by why")
          .tag("reason", loss.name().toLowerCase(Locale.ROOT))
          .register(meters);
    }
    count(
        "stale.results",
        "results that came late or again, and changed nothing",
        all,
        DispatchCounters::staleResults);
  }

  private void schedules(TickCounters all) {
    count("schedule.ticks", "ticks of schedules that made a task", all, TickCounters::run);
    count(
        "schedule.ticks.missed",
        "ticks that made none by the rule for catching up",
        all,
        TickCounters::missed);
    count(
        "schedule.ticks.failed",
        "ticks that made none because what they ask for is not allowed any more",
        all,
        TickCounters::failed);
    count(
        "schedule.ticks.held",
        "times that due ticks had to wait for room in the queue or the store",
        all,
        TickCounters::held);
  }

  private void callbacks(CallbackCounters all, SqliteTaskStore store) {
    gauge(
        "callbacks.pending",
        "outcomes that are still to be told",
        store,
        it -> it.callbacks().pending());
    count(
        "callbacks.delivered",
        "outcomes that their receiver has taken",
        all,
        CallbackCounters::delivered);
    count(
        "callbacks.retried",
        "calls of receivers that failed and are made again",
        all,
        CallbackCounters::retried);
    count("callbacks.failed", "outcomes that were given up", all, CallbackCounters::failed);
  }

  private void unstored(MemoryFirstStore tasks) {
    gauge("tasks.unstored", "tasks that the store does not have", tasks, MemoryFirstStore::size);
    gauge(
        "tasks.behind",
        "completed tasks that are on their way to the store",
        tasks,
        MemoryFirstStore::writtenBehind);
    count(
        "tasks.adopted",
        "tasks that came to the store before they were completed",
        tasks,
        it -> it.adopted().sum());
  }

  private void log(FileTaskLog log) {
    count("task.log.commits", "writes to the log of tasks", log, it -> it.stats().commits());
    count("task.log.records", "records in the log of tasks", log, it -> it.stats().records());
    count(
        "task.log.failures",
        "changes that the log could not keep",
        log,
        it -> it.stats().failures());
    gauge("task.log.waiting", "changes that wait for the log", log, it -> it.stats().waiting());
    gauge("task.log.segments", "files of the log of tasks", log, it -> it.stats().segments());
    Histograms.register(
        meters.getPrometheusRegistry(),
        "tasknet_task_log_commit_duration_seconds",
        "from the begin of a write to the log of tasks until it was on the disk",
        log.figures().times());
  }

  private void store(SqliteTaskStore store) {
    storeCount("store.commits", "transactions of the store", store, StoreStats::commits);
    storeCount("store.operations", "changes asked of the store", store, StoreStats::operations);
    storeCount("store.refused", "changes that found no room", store, StoreStats::refused);
    gauge("store.waiting", "changes that wait for the store", store, it -> it.stats().waiting());
    Histograms.register(
        meters.getPrometheusRegistry(),
        "tasknet_store_commit_duration_seconds",
        "from the begin of a transaction of the store until it was on the disk",
        store.commitFigures().times());
    Histograms.register(
        meters.getPrometheusRegistry(),
        "tasknet_store_commit_operations",
        "changes in one transaction of the store",
        store.commitFigures().sizes());
    bytes("store.file", "size of the store's file", store, StoreStats::fileBytes);
    bytes("store.wal", "size of the store's write-ahead log", store, StoreStats::walBytes);
  }

  private void bulk(LineCounters all) {
    gauge("bulk.streams", "bulk submissions that are under way", all, LineCounters::open);
    count("bulk.lines", "lines of bulk submissions that were read", all, LineCounters::lines);
    count("bulk.refused", "lines of which no task was taken", all, LineCounters::refused);
    count("bulk.held.seconds", HELD, all, LineCounters::heldSeconds);
    count("bulk.hung.up", "bulk clients that went too soon", all, LineCounters::hungUp);
  }

  private void streams(LineCounters all) {
    gauge("streams", "streams that are open", all, LineCounters::open);
    count("stream.lines", "lines of streams that were read", all, LineCounters::lines);
    count(
        "stream.refused",
        "lines of streams of which no task was taken",
        all,
        LineCounters::refused);
    count("stream.held.seconds", HELD, all, LineCounters::heldSeconds);
    count("stream.hung.up", "clients of streams that went too soon", all, LineCounters::hungUp);
  }

  private void retention(Retention retention) {
    for (TaskState state : TaskState.values()) {
      for (Removals.Reason reason : Removals.Reason.values()) {
        if (state.ended()) {
          FunctionCounter.builder(
                  "tasknet.tasks.removed", retention.removals(), it -> it.of(reason, state))
              .description("ended tasks that were removed from the store, by state and why")
              .tag("state", state.name().toLowerCase(Locale.ROOT))
              .tag("reason", reason.name().toLowerCase(Locale.ROOT))
              .register(meters);
        }
      }
    }
    room("store.used", "what the store's file holds", retention, StoreRoom::used);
    room("store.free", "what is free inside the store's file", retention, StoreRoom::free);
    room("store.most", "how large the store's file may become", retention, StoreRoom::most);
    Gauge.builder("tasknet.store.oldest.ended.timestamp", retention, DispatcherMetrics::oldest)
        .description("when the oldest ended task of the store ended, since 1970; 0 for none")
        .baseUnit("seconds")
        .register(meters);
  }

  private static double oldest(Retention retention) {
    Instant oldest = retention.oldest();
    return oldest == null ? 0 : oldest.toEpochMilli() / 1000.0;
  }

  private void room(
      String name, String help, Retention retention, ToDoubleFunction<StoreRoom> value) {
    Gauge.builder(
            "tasknet." + name,
            retention,
            it -> {
              StoreRoom room = it.room();
              return room == null ? 0 : value.applyAsDouble(room);
            })
        .description(help)
        .baseUnit("bytes")
        .register(meters);
  }

  private void storeCount(
      String name, String help, SqliteTaskStore store, ToDoubleFunction<StoreStats> value) {
    count(name, help, store, it -> value.applyAsDouble(it.stats()));
  }

  private void bytes(
      String name, String help, SqliteTaskStore store, ToDoubleFunction<StoreStats> value) {
    Gauge.builder("tasknet." + name, store, it -> value.applyAsDouble(it.stats()))
        .description(help)
        .baseUnit("bytes")
        .register(meters);
  }

  private void ended(
      String outcome, DispatchCounters counters, ToDoubleFunction<DispatchCounters> value) {
    FunctionCounter.builder("tasknet.attempts.ended", counters, value)
        .description("attempts that ended, by how")
        .tag("outcome", outcome)
        .register(meters);
  }

  private <T> void count(String name, String help, T of, ToDoubleFunction<T> value) {
    FunctionCounter.builder("tasknet." + name, of, value).description(help).register(meters);
  }

  private <T> void gauge(String name, String help, T of, ToDoubleFunction<T> value) {
    Gauge.builder("tasknet." + name, of, value).description(help).register(meters);
  }

  /** All tasks by type and state, in one look at the store. */
  private record Tasks(TaskStore store) implements Collector {
    @Override
    public MetricSnapshot collect() {
      GaugeSnapshot.Builder tasks =
          GaugeSnapshot.builder().name("tasknet_tasks").help("tasks that are kept");
      counts()
          .forEach(
              (type, states) ->
                  states.forEach(
                      (state, count) ->
                          tasks.dataPoint(
                              GaugeSnapshot.GaugeDataPointSnapshot.builder()
                                  .labels(Labels.of("type", type, "state", name(state)))
                                  .value(count)
                                  .build())));
      return tasks.build();
    }

    /** Of the types with the most tasks, and of all others together. */
    private Map<String, Map<TaskState, Long>> counts() {
      Map<TaskType, Map<TaskState, Long>> all;
      try {
        all = store.counts();
      } catch (StoreException e) {
        return Map.of(); // the other numbers are needed all the more
      }
      List<TaskType> mostFirst =
          all.keySet().stream()
              .sorted(Comparator.comparingLong(type -> -total(all, type)))
              .toList();
      Map<String, Map<TaskState, Long>> named = new TreeMap<>();
      for (int index = 0; index < mostFirst.size(); index++) {
        TaskType type = mostFirst.get(index);
        String name = index < TYPES ? type.name() : OTHER_TYPES;
        Map<TaskState, Long> sum = named.computeIfAbsent(name, _ -> new EnumMap<>(TaskState.class));
        all.getOrDefault(type, Map.of())
            .forEach((state, count) -> sum.merge(state, count, Long::sum));
      }
      return named;
    }

    private static long total(Map<TaskType, Map<TaskState, Long>> all, TaskType type) {
      return all.getOrDefault(type, Map.of()).values().stream().mapToLong(Long::longValue).sum();
    }

    private static String name(TaskState state) {
      return state.name().toLowerCase(Locale.ROOT);
    }
  }
}
