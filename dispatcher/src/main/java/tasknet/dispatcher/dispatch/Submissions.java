package tasknet.dispatcher.dispatch;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.store.Addition;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TraceStep.Kind;

/**
 * Keeps tasks in the store and, when they are committed, hands them to the loop; for any thread.
 */
final class Submissions {
  private final TaskStore store;
  private final ReadyTasks ready;
  private final Deadlines deadlines;
  private final DispatchCounters counters;
  private final TaskTraces traces;
  private final TaskActivity activity;
  private final Executor loop;
  private final InstantSource clock;
  private final NanoClock nanos;
  private final Logger log;

  Submissions(
      TaskStore store,
      ReadyTasks ready,
      Deadlines deadlines,
      DispatchCounters counters,
      TaskTraces traces,
      TaskActivity activity,
      Executor loop,
      InstantSource clock,
      NanoClock nanos,
      Logger log) {
    this.store = store;
    this.ready = ready;
    this.deadlines = deadlines;
    this.counters = counters;
    this.traces = traces;
    this.activity = activity;
    this.loop = loop;
    this.clock = clock;
    this.nanos = nanos;
    this.log = log;
  }

  CompletableFuture<QueuedTask> submit(TaskId id, TaskRequest request) {
    return submit(id, request, clock.instant());
  }

  CompletableFuture<Addition> submitOnce(TaskId id, TaskRequest request, SubmissionKey key) {
    Instant at = clock.instant();
    return kept(
        request,
        () -> store.addOnce(id, request, at, key),
        addition -> addition instanceof Addition.Added(QueuedTask task) ? task : null);
  }

  QueuedTask submitUnconfirmed(TaskId id, TaskRequest request) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS); // as the store tells it later
    CompletableFuture<QueuedTask> _ =
        submit(id, request, at)
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    counters.unkept.increment();
                    log.error(
                        "a task that was acknowledged, of a type that is not durable, was not kept"
                            + " type={} cause={} task={}",
                        request.type(),
                        failure.toString(),
                        id);
                  }
                });
    return new QueuedTask(id, request, at, Long.MAX_VALUE, 0, 0);
  }

  /** A task is in the store by another way. */
  void added(QueuedTask task) {
    ready.waiting().add(task.request().type(), 1);
    stored(task);
  }

  private CompletableFuture<QueuedTask> submit(TaskId id, TaskRequest request, Instant at) {
    return kept(request, () -> store.add(id, request, at), task -> task);
  }

  /**
   * @param added the task that the call has added, or null
   * @throws QueueFullException if as many wait as may
   */
  private <T> CompletableFuture<T> kept(
      TaskRequest request,
      Supplier<CompletableFuture<T>> call,
      Function<T, @Nullable QueuedTask> added) {
    boolean waits = request.terms().runAt() == null;
    if (waits) {
      ready.waiting().reserve(request.type());
    }
    return call.get()
        .whenComplete(
            (answer, failure) -> {
              QueuedTask task = failure == null ? added.apply(answer) : null;
              if (task != null) {
                stored(task);
              } else if (waits) {
                ready.waiting().add(request.type(), -1);
              }
            });
  }

  private void stored(QueuedTask task) {
    long at = nanos.nanoTime();
    counters.submitted.increment();
    loop.execute(() -> begin(task, at));
  }

  private void begin(QueuedTask task, long storedAt) {
    log.info("task stored type={} task={}", task.request().type(), task.id());
    traces.submitted(task.id(), task.createdAt(), storedAt);
    activity.submitted(task.request().type());
    deadlines.watch(task);
    Instant runAt = task.request().terms().runAt();
    if (runAt == null) {
      ready.offer(task);
    } else {
      traces.add(task.id(), Kind.SCHEDULED);
      ready.promoteAt(runAt);
    }
  }
}
