package tasknet.dispatcher.dispatch;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.task.Outcome;
import tasknet.task.TaskError;

/** Counts what the dispatch loop does. Safe for use by several threads. */
public final class DispatchCounters {
  final LongAdder submitted = new LongAdder();
  final LongAdder begun = new LongAdder();
  final LongAdder completed = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder lost = new LongAdder();
  final LongAdder notRun = new LongAdder();
  final LongAdder staleResults = new LongAdder();
  final LongAdder poisoned = new LongAdder();
  final LongAdder requeued = new LongAdder();
  private final Refusals refusals = new Refusals();
  private final Map<Loss, LongAdder> losses = new EnumMap<>(Loss.class);

  DispatchCounters() {
    for (Loss loss : Loss.values()) {
      losses.put(loss, new LongAdder());
    }
  }

  /** An attempt was given up, in the store. */
  void gaveUp(Loss loss) {
    of(loss).increment();
  }

  /** An attempt ended, in the store. */
  void ended(AttemptEnd end) {
    LongAdder which =
        switch (end.outcome()) {
          case Outcome.Completed _ -> completed;
          case Outcome.Failed _ when !end.counted() -> notRun;
          case Outcome.Failed(TaskError error) when error.code().equals(TaskError.WORKER_LOST) ->
              lost;
          case Outcome.Failed _ -> failed;
        };
    which.increment();
  }

  /** Tasks that were accepted. */
  public long submitted() {
    return submitted.sum();
  }

  /** Submissions that were refused. */
  public Refusals refusals() {
    return refusals;
  }

  /** Attempts that were begun. */
  public long begun() {
    return begun.sum();
  }

  /** Attempts that ended with a result. */
  public long completed() {
    return completed.sum();
  }

  /** Attempts that a worker ended with an error. */
  public long failed() {
    return failed.sum();
  }

  /** Attempts whose worker was lost, or gave them up itself. */
  public long lost() {
    return lost.sum();
  }

  /** Attempts that the dispatcher gave up for that reason. */
  public long lost(Loss loss) {
    return of(loss).sum();
  }

  /** Attempts that were refused by the worker or never reached it. */
  public long notRun() {
    return notRun.sum();
  }

  /** Results that came late or again, and changed nothing. */
  public long staleResults() {
    return staleResults.sum();
  }

  /** Tasks that became DEAD because workers died with them. */
  public long poisoned() {
    return poisoned.sum();
  }

  /** DEAD tasks that were brought back. */
  public long requeued() {
    return requeued.sum();
  }

  private LongAdder of(Loss loss) {
    return Objects.requireNonNull(losses.get(loss));
  }
}
