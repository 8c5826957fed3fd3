package tasknet.worker;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import tasknet.registry.WorkerId;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskType;
import tasknet.tracing.Tracing;
import tasknet.wire.Message;
import tasknet.wire.Payload;
import tasknet.worker.handler.Demand;
import tasknet.worker.handler.TaskHandler;

/** Runs each handler, and each upload, on a thread of its own. */
final class OffLoopThreads implements OffLoop {
  private final WorkerId id;
  private final Map<TaskType, TaskHandler> handlers;
  private final int maxBytes;
  private final Tracing tracing;
  private final NanoClock clock;
  private final Logger log;
  private final Transfers transfers = new Transfers();
  private final HandlerThreads threads = new HandlerThreads();

  /**
   * @param maxBytes the largest payload and result
   */
  OffLoopThreads(
      WorkerId id,
      Map<TaskType, TaskHandler> handlers,
      int maxBytes,
      Tracing tracing,
      NanoClock clock,
      Logger log) {
    this.id = id;
    this.handlers = handlers;
    this.maxBytes = maxBytes;
    this.tracing = tracing;
    this.clock = clock;
    this.log = log;
  }

  @Override
  public Executions.Run start(Message.Execute execute, long deadline, Told told) {
    TaskHandler handler = Objects.requireNonNull(handlers.get(execute.type()));
    HandlerRun run =
        new HandlerRun(
            handler,
            execute.attempt(),
            timeLeft -> payload(execute.payload(), timeLeft),
            deadline,
            maxBytes,
            () -> tracing.handler(execute.trace(), execute.attempt(), execute.type(), id.name()),
            clock,
            new OfRun(told));
    try {
      threads.start(demand(handler, execute.payload()), run);
    } catch (RuntimeException | OutOfMemoryError e) { // no thread is to be had
      told.ended(execute.attempt(), run, HandlerRun.crashed(e));
    }
    return run;
  }

  private static Demand demand(TaskHandler handler, Payload payload) {
    Demand demand = handler.demand();
    return demand == Demand.INSTANT && payload instanceof Payload.Reference
        ? Demand.COMPUTES // which may wait for what it fetches
        : demand;
  }

  private JsonText payload(Payload payload, Duration timeLeft)
      throws IOException, InterruptedException {
    return switch (payload) {
      case Payload.Inline(JsonText json) -> json;
      case Payload.Reference(URI url, long size) -> {
        if (size > maxBytes) {
          throw new IOException("it has " + size + " bytes; at most " + maxBytes + " are taken");
        }
        Duration patience = timeLeft.isPositive() ? timeLeft : Duration.ofMillis(1);
        yield transfers.fetch(url, size, patience);
      }
    };
  }

  @Override
  public void upload(URI url, AttemptId attempt, JsonText result, Told told) {
    Thread.ofVirtual()
        .name("upload")
        .start(() -> told.uploaded(attempt, put(url, attempt, result)));
  }

  private boolean put(URI url, AttemptId attempt, JsonText result) {
    try {
      if (transfers.put(url, result)) {
        return true;
      }
      log.warn("the dispatcher did not take the result {}", about(attempt));
    } catch (IOException e) {
      log.warn("the result cannot be put: {} {}", e.toString(), about(attempt));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private String about(AttemptId attempt) {
    return "task=" + attempt.task() + " attempt=" + attempt.number() + " worker=" + id;
  }

  @Override
  public void close() {
    threads.close();
    transfers.close();
  }

  /** What a run tells. */
  private record OfRun(Told told) implements HandlerRun.Listener {
    @Override
    public void ended(HandlerRun run, Outcome outcome) {
      told.ended(run.attempt(), run, outcome);
    }

    @Override
    public void progressed(HandlerRun run, int percent, String note) {
      told.progressed(run.attempt(), run, percent, note);
    }
  }
}
