package tasknet.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskType;
import tasknet.wire.Message;

/** What a worker counts. Written by the event loop, read by whoever asks. */
final class WorkerMetrics {
  private static final Duration[] BOUNDS =
      LongStream.of(1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 60_000, 600_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry meters;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger kept = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();
  private final Map<Message.Rejection, Counter> rejected = new EnumMap<>(Message.Rejection.class);
  private final Map<TaskType, OfType> byType = new HashMap<>();
  private final Counter late;
  private final Counter unacknowledged;
  private final Counter lost;

  WorkerMetrics(MeterRegistry meters, int slots) {
    this.meters = meters;
    gauge(
        "tasknet.worker.slots", "attempts that may run at the same time", new AtomicInteger(slots));
    gauge("tasknet.worker.running", "attempts that run now", running);
    gauge("tasknet.worker.results.kept", "results that are not acknowledged yet", kept);
    gauge("tasknet.worker.handlers.abandoned", "handlers that do not stop", abandoned);
    for (Message.Rejection reason : Message.Rejection.values()) {
      String name = "tasknet.worker.rejected";
      rejected.put(
          reason, counter(name, "attempts that were refused, by why", "reason", reason.code()));
    }
    late =
        counter("tasknet.worker.late.executes", "executes that came after their attempt was over");
    unacknowledged =
        counter(
            "tasknet.worker.results.unacknowledged",
            "results that were sent again and again, and not acknowledged");
    lost =
        counter(
            "tasknet.worker.results.lost",
            "results that were forgotten before they were acknowledged");
  }

  private void gauge(String name, String description, AtomicInteger value) {
    Gauge.builder(name, value, AtomicInteger::get)
        .description(description)
        .strongReference(true)
        .register(meters);
  }

  void state(int nowRunning, int nowKept, int nowAbandoned) {
    running.set(nowRunning);
    kept.set(nowKept);
    abandoned.set(nowAbandoned);
  }

  void ended(TaskType type, Outcome outcome, long nanos) {
    String tag =
        switch (outcome) {
          case Outcome.Completed _ -> "completed";
          case Outcome.Failed(TaskError error) ->
              switch (error.code()) {
                case TaskError.CANCELLED, TaskError.TIMEOUT -> error.code();
                default -> "failed"; // a handler's own codes might be any number
              };
        };
    OfType ofType = byType.get(type);
    if (ofType == null) {
      ofType = new OfType(handlers(type), new HashMap<>());
      byType.put(type, ofType);
    }
    ofType.ended.computeIfAbsent(tag, outcomes -> attempts(type, outcomes)).increment();
    ofType.handlers.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Those of a type, found once: to find a meter by its tags takes longer than to use it. */
  private record OfType(Timer handlers, Map<String, Counter> ended) {}

  private Counter attempts(TaskType type, String outcome) {
    return counter(
        "tasknet.worker.attempts",
        "attempts that ended here, by type and how",
        "type",
        type.name(),
        "outcome",
        outcome);
  }

  private Timer handlers(TaskType type) {
    return Timer.builder("tasknet.worker.handler")
        .description("how long handlers ran")
        .tag("type", type.name())
        .serviceLevelObjectives(BOUNDS)
        .register(meters);
  }

  void rejected(Message.Rejection reason) {
    Objects.requireNonNull(rejected.get(reason)).increment();
  }

  /** A copy of an execute came after the attempt was over. */
  void late() {
    late.increment();
  }

  /** A result was sent again and again, and not acknowledged. */
  void unacknowledged() {
    unacknowledged.increment();
  }

  /** A result was forgotten before it was acknowledged. */
  void lost() {
    lost.increment();
  }

  private Counter counter(String name, String description, String... tags) {
    return Counter.builder(name).description(description).tags(tags).register(meters);
  }
}
