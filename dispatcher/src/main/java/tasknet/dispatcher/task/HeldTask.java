package tasknet.dispatcher.task;

import org.jspecify.annotations.Nullable;

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
   * @throws IllegalArgumentException if it ended without a beginning
   */
  public HeldTask {
    if (start == null && end != null) {
      throw new IllegalArgumentException("task " + task.id() + " ended before it began");
    }
  }
}
