package tasknet.dispatcher.dispatch;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.store.Expiry;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.runtime.NanoClock;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskState;
import tasknet.task.TraceStep.Kind;

/**
 * Ends tasks whose deadline passes while they wait. It sleeps until the first of those deadlines,
 * which an index of the store knows. For the loop's thread.
 */
final class Deadlines {
  private static final int EXPIRED_AT_ONCE = 500;

  private final TaskStore store;
  private final StoreWrites writes;
  private final ReadyTasks ready;
  private final Waiters waiters;
  private final TaskTraces traces;
  private final Executor readers;
  private final InstantSource clock;
  private final Alarm alarm;
  private final Logger log;

  Deadlines(
      TaskStore store,
      StoreWrites writes,
      ReadyTasks ready,
      Waiters waiters,
      TaskTraces traces,
      Executor readers,
      InstantSource clock,
      NanoClock nanos,
      Logger log) {
    this.store = store;
    this.writes = writes;
    this.ready = ready;
    this.waiters = waiters;
    this.traces = traces;
    this.readers = readers;
    this.clock = clock;
    this.alarm = new Alarm(clock, nanos);
    this.log = log;
  }

  /** Takes up what the store has; some may have passed while no dispatcher ran. */
  void recover() {
    store.nextDeadline().ifPresent(alarm::at);
  }

  /** A task waits from now on. */
  void watch(QueuedTask task) {
    Instant deadline = task.request().terms().deadline();
    if (deadline != null) {
      alarm.at(deadline);
    }
  }

  /** Tasks that had ended wait again. */
  void cameBack() {
    lookAhead();
  }

  /** When {@link #check} is to be called, on the nano clock; null for not at all. */
  @Nullable Long nextDue() {
    return alarm.nextDue();
  }

  /** Ends what is late, when it is time to look. */
  void check(long now) {
    if (alarm.rings(now)) {
      writes.untilDone(
          "ending tasks whose deadline has passed",
          () -> store.expire(clock.instant(), EXPIRED_AT_ONCE),
          expired -> {
            expired.forEach(this::ended);
            lookAhead();
          });
    }
  }

  private void ended(Expiry expiry) {
    if (expiry.was() == TaskState.QUEUED) {
      ready.waiting().left(expiry.type());
    }
    log.info("task expired while it waited task={}", expiry.id());
    traces.add(expiry.id(), Kind.EXPIRED);
    TaskError error =
        new TaskError(TaskError.DEADLINE_EXCEEDED, "The deadline of the task has passed.", false);
    waiters.ended(expiry.id(), new TaskEnd(TaskState.EXPIRED, new Outcome.Failed(error)));
  }

  /** Asks for the next deadline; not on the loop, because readers may have to wait. */
  private void lookAhead() {
    writes.untilDone(
        "asking for the next deadline",
        () -> CompletableFuture.supplyAsync(store::nextDeadline, readers),
        next -> next.ifPresent(alarm::at));
  }
}
