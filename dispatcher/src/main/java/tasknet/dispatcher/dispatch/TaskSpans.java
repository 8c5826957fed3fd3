package tasknet.dispatcher.dispatch;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TraceContext;
import tasknet.tracing.PastSpan;
import tasknet.tracing.Tracing;

/**
 * Tells of the stages of tasks that are in a trace: their way into the store, their wait in the
 * queue, their attempts. Each when it has ended, from what the store knows of its begin, so that it
 * does not matter which process saw that. For any thread.
 */
final class TaskSpans {
  private static final TaskError CANCELLED =
      new TaskError(TaskError.CANCELLED, "the task was cancelled", false);

  private final Tracing tracing;
  private final InstantSource clock;

  TaskSpans(Tracing tracing, InstantSource clock) {
    this.tracing = tracing;
    this.clock = clock;
  }

  /** The context of the next attempt of a task; null when it is in no trace. */
  @Nullable TraceContext begin(QueuedTask task) {
    TraceContext trace = task.request().terms().trace();
    return trace == null || !tracing.isOn() ? trace : tracing.begin(trace, task.nextAttempt());
  }

  /**
   * A task is in the store.
   *
   * @param since when it was handed to that
   */
  void stored(QueuedTask task, Instant since) {
    stage("store", task, since, clock.instant());
  }

  /** The wait of a task for its attempt is over. */
  void begun(RunningAttempt attempt) {
    stage("queue", attempt.task, attempt.task.queuedAt(), attempt.begunAt);
  }

  /** An attempt has ended, and so its span. */
  void ended(RunningAttempt attempt, AttemptEnd end) {
    if (tracing.isOn()) {
      record(attempt, end.at(), end.outcome() instanceof Outcome.Failed(var error) ? error : null);
    }
  }

  /** The task of an attempt was cancelled. */
  void cancelled(RunningAttempt attempt) {
    if (tracing.isOn()) {
      record(attempt, clock.instant(), CANCELLED);
    }
  }

  private void record(RunningAttempt attempt, Instant until, @Nullable TaskError error) {
    TraceContext parent = attempt.task.request().terms().trace();
    if (parent != null && attempt.trace != null) {
      tracing.record(
          PastSpan.ofAttempt(
              attempt.id,
              attempt.task.request().type(),
              attempt.worker.id.name(),
              attempt.trace,
              parent,
              attempt.begunAt,
              until,
              error));
    }
  }

  private void stage(String name, QueuedTask task, Instant from, Instant until) {
    TraceContext parent = task.request().terms().trace();
    if (parent != null && tracing.isOn()) {
      tracing.record(PastSpan.ofTask(name, task.id(), task.request().type(), parent, from, until));
    }
  }
}
