package tasknet.dispatcher.dispatch;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.store.DeadLetters;
import tasknet.dispatcher.store.DeadLetters.Part;
import tasknet.dispatcher.store.Deletion;
import tasknet.dispatcher.store.Requeue;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TraceStep.Kind;

/**
 * Brings DEAD tasks back into their queues, or deletes them. A group goes in parts, one commit
 * each, between which the store does what others ask for. For any thread.
 */
public final class DeadTasks {
  private static final int AT_ONCE = 500;

  private final DeadLetters letters;
  private final ReadyTasks ready;
  private final Deadlines deadlines;
  private final DispatchCounters counters;
  private final TaskTraces traces;
  private final Executor loop;
  private final InstantSource clock;
  private final Logger log;

  DeadTasks(
      DeadLetters letters,
      ReadyTasks ready,
      Deadlines deadlines,
      DispatchCounters counters,
      TaskTraces traces,
      Executor loop,
      InstantSource clock,
      Logger log) {
    this.letters = letters;
    this.ready = ready;
    this.deadlines = deadlines;
    this.counters = counters;
    this.traces = traces;
    this.loop = loop;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Brings one back.
   *
   * @param payload instead of its own; null to keep that
   */
  public CompletableFuture<Requeue> requeue(TaskId id, @Nullable JsonText payload) {
    return letters
        .requeue(id, payload, clock.instant())
        .whenComplete(
            (requeue, failure) -> {
              if (failure == null && requeue instanceof Requeue.Requeued(var task)) {
                counters.requeued.increment();
                loop.execute(
                    () -> {
                      log.info("task requeued type={} task={}", task.request().type(), id);
                      traces.add(id, Kind.REQUEUED);
                      deadlines.watch(task);
                      ready.waiting().add(task.request().type(), 1);
                      ready.offer(task);
                    });
              }
            });
  }

  /** Deletes one. */
  public CompletableFuture<Deletion> delete(TaskId id) {
    return letters
        .delete(id)
        .thenApply(
            deletion -> {
              if (deletion instanceof Deletion.Deleted) {
                log.info("dead task deleted task={}", id);
              }
              return deletion;
            });
  }

  /** Brings back all that are DEAD now, of a fingerprint. */
  public GroupChange requeueAll(Fingerprint fingerprint) {
    return all(
        "requeued",
        fingerprint,
        (after, until) -> letters.requeue(fingerprint, after, until, AT_ONCE),
        part -> {
          counters.requeued.add(part.tasks());
          loop.execute(
              () -> {
                ready.cameBack(part.tasks(), part.lanes());
                deadlines.cameBack();
              });
        });
  }

  /** Deletes all that are DEAD now, of a fingerprint. */
  public GroupChange deleteAll(Fingerprint fingerprint) {
    return all(
        "deleted",
        fingerprint,
        (after, until) -> letters.delete(fingerprint, after, until, AT_ONCE),
        _ -> {});
  }

  @FunctionalInterface
  private interface Call {
    CompletableFuture<Part> next(@Nullable TaskId after, Instant until);
  }

  private GroupChange all(
      String what, Fingerprint fingerprint, Call call, Consumer<Part> committed) {
    GroupChange change = new GroupChange();
    next(call, null, clock.instant(), committed, change);
    var _ =
        change
            .done()
            .whenComplete(
                (tasks, failure) -> {
                  if (failure == null) {
                    log.info("dead tasks {} tasks={} fingerprint={}", what, tasks, fingerprint);
                  } else {
                    log.error(
                        "not all dead tasks were {} tasks={} fingerprint={} cause={}",
                        what,
                        change.tasks(),
                        fingerprint,
                        failure.toString());
                  }
                });
    return change;
  }

  private static void next(
      Call call,
      @Nullable TaskId after,
      Instant until,
      Consumer<Part> committed,
      GroupChange change) {
    var _ =
        call.next(after, until)
            .whenComplete(
                (part, failure) -> {
                  if (failure != null) {
                    change.failed(failure);
                    return;
                  }
                  committed.accept(part);
                  change.add(part.tasks());
                  if (part.last() == null) {
                    change.finished();
                  } else {
                    next(call, part.last(), until, committed, change);
                  }
                });
  }
}
