package tasknet.worker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskType;
import tasknet.wire.Message;

/** What a worker counts. Written by the event loop, read by whoever asks. */
final class WorkerMetrics {
  private final MeterRegistry meters;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger kept = new AtomicInteger();
  private final AtomicInteger abandoned = new AtomicInteger();

  WorkerMetrics(MeterRegistry meters, int slots) {
    this.meters = meters;
    gauge(
        "tasknet.worker.slots", "attempts that may run at the same time", new AtomicInteger(slots));
    gauge("tasknet.worker.running", "attempts that run now", running);
    gauge("tasknet.worker.results.kept", "results that are not acknowledged yet", kept);
    gauge("tasknet.worker.handlers.abandoned", "handlers that do not stop", abandoned);
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
    meters.counter("tasknet.worker.attempts", "type", type.name(), "outcome", tag).increment();
    Timer.builder("tasknet.worker.handler")
        .description("how long handlers ran")
        .tag("type", type.name())
        .register(meters)
        .record(Duration.ofNanos(nanos));
  }

  void rejected(Message.Rejection reason) {
    meters.counter("tasknet.worker.rejected", "reason", reason.code()).increment();
  }

  /** A copy of an execute came after the attempt was over. */
  void late() {
    meters.counter("tasknet.worker.late.executes").increment();
  }

  /** A result was sent again and again, and not acknowledged. */
  void unacknowledged() {
    meters.counter("tasknet.worker.results.unacknowledged").increment();
  }

  /** A result was forgotten before it was acknowledged. */
  void lost() {
    meters.counter("tasknet.worker.results.lost").increment();
  }
}
