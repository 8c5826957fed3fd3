package tasknet.dispatcher.dispatch;

import java.time.Instant;
import java.time.InstantSource;
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
import tasknet.task.TraceContext;
import tasknet.task.TraceStep.Kind;

/**
 * Keeps tasks in the store and, when they are committed, hands them to the loop; for any thread.
 */
final class Submissions {
  private final TaskStore store;
  private final ReadyTasks ready;
  private final Deadlines deadlines;
  private final DispatchCounters counters;
  private final TaskActivity activity;
  private final TaskTraces traces;
  private final TaskSpans spans;
  private final Executor loop;
  private final InstantSource clock;
  private final NanoClock nanos;
  private final Logger log;

  Submissions(
      TaskStore store,
      ReadyTasks ready,
      Deadlines deadlines,
      DispatchCounters counters,
      TaskActivity activity,
      TaskTraces traces,
      TaskSpans spans,
      Executor loop,
      InstantSource clock,
      NanoClock nanos,
      Logger log) {
    this.store = store;
    this.ready = ready;
    this.deadlines = deadlines;
    this.counters = counters;
    this.activity = activity;
    this.traces = traces;
    this.spans = spans;
    this.loop = loop;
    this.clock = clock;
    this.nanos = nanos;
    this.log = log;
  }

  CompletableFuture<QueuedTask> submit(TaskId id, TaskRequest request) {
    Instant at = clock.instant();
    return kept(request, at, () -> store.add(id, request, at), task -> task);
  }

  CompletableFuture<Addition> submitOnce(TaskId id, TaskRequest request, SubmissionKey key) {
    Instant at = clock.instant();
    return kept(
        request,
        at,
        () -> store.addOnce(id, request, at, key),
        addition -> addition instanceof Addition.Added(QueuedTask task) ? task : null);
  }

  /** A task is in the store by another way. */
  void added(QueuedTask task) {
    ready.waiting().add(task.request().type(), 1);
    stored(task);
  }

  /**
   * @param added the task that the call has added, or null
   * @throws QueueFullException if as many wait as may
   */
  private <T> CompletableFuture<T> kept(
      TaskRequest request,
      Instant at,
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
                spans.stored(task, at);
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
    log.info(
        "task stored type={} task={}{}",
        task.request().type(),
        task.id(),
        TraceContext.inLog(task.request().terms().trace()));
    activity.submitted(task.request().type());
    traces.submitted(task.id(), task.createdAt(), storedAt);
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
