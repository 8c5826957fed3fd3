package tasknet.dispatcher.dispatch;

import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskState;

/** What becomes of a task when an attempt of it has ended. */
public final class RetryPolicy {
  private final InstantSource clock;
  private final RandomGenerator random;

  public RetryPolicy(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** The worker has told how the attempt ended. */
  public AttemptEnd ended(QueuedTask task, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _ -> end(task, outcome, TaskState.COMPLETED, null, false);
      case Outcome.Failed(TaskError error) -> {
        int failures = task.failures() + 1;
        Instant now = clock.instant();
        if (!error.retryable()) {
          yield end(task, outcome, TaskState.DEAD, null, true);
        }
        if (task.isLate(now)) {
          yield end(task, outcome, TaskState.EXPIRED, null, true);
        }
        if (failures >= task.request().maxAttempts()) {
          yield end(task, outcome, TaskState.DEAD, null, true);
        }
        Instant readyAt = now.plus(task.request().backoff().after(failures, random));
        yield task.isLate(readyAt)
            ? end(task, outcome, TaskState.EXPIRED, null, true)
            : end(task, outcome, TaskState.SCHEDULED, readyAt, true);
      }
    };
  }

  /** The worker is gone or has forgotten the attempt, which may have run: retried at once. */
  public AttemptEnd lost(QueuedTask task, String reason) {
    boolean last = task.failures() + 1 >= task.request().maxAttempts();
    TaskError error = new TaskError(TaskError.WORKER_LOST, reason, true);
    TaskState next = last && !task.isLate(clock.instant()) ? TaskState.DEAD : waiting(task);
    return end(task, new Outcome.Failed(error), next, null, true);
  }

  /** The attempt certainly has not run and will not: it does not count. */
  public AttemptEnd notRun(QueuedTask task, String code, String reason) {
    TaskError error = new TaskError(code, reason, true);
    return end(task, new Outcome.Failed(error), waiting(task), null, false);
  }

  private TaskState waiting(QueuedTask task) {
    return task.isLate(clock.instant()) ? TaskState.EXPIRED : TaskState.QUEUED;
  }

  private AttemptEnd end(
      QueuedTask task,
      Outcome outcome,
      TaskState next,
      @Nullable Instant readyAt,
      boolean counted) {
    return new AttemptEnd(task.nextAttempt(), clock.instant(), outcome, next, readyAt, counted);
  }
}
