package tasknet.dispatcher.task;

import org.jspecify.annotations.Nullable;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskState;

/**
 * A task that is held in memory, as it stands: QUEUED, or RUNNING its first attempt, or COMPLETED
 * by that.
 *
 * @param task as it was added
 * @param start its first attempt; null when that has not begun
 * @param end how that completed the task; null when it has not
 */
public record HeldTask(QueuedTask task, @Nullable AttemptStart start, @Nullable AttemptEnd end) {
  /**
   * @throws IllegalArgumentException if it ended without a beginning, or otherwise than COMPLETED,
   *     or that is not its first attempt
   */
  public HeldTask {
    if (start == null && end != null) {
      throw new IllegalArgumentException("task " + task.id() + " ended before it began");
    }
    if (start != null && start.attempt().number() != 1) {
      throw new IllegalArgumentException(start.attempt() + " is not the first attempt");
    }
    if (end != null && !(end.outcome() instanceof Outcome.Completed)) {
      throw new IllegalArgumentException("task " + task.id() + " did not end by a result");
    }
  }

  /** QUEUED, RUNNING or COMPLETED. */
  public TaskState state() {
    if (start == null) {
      return TaskState.QUEUED;
    }
    return end == null ? TaskState.RUNNING : TaskState.COMPLETED;
  }

  /** What it was completed with; null when it was not. */
  public @Nullable JsonText result() {
    return end != null && end.outcome() instanceof Outcome.Completed(JsonText result)
        ? result
        : null;
  }

  /** The memory that its texts take, in bytes, roughly. */
  public long size() {
    JsonText result = result();
    return task.size() + (result == null ? 0 : result.text().length());
  }
}
