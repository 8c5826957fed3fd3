package tasknet.dispatcher.task;

import java.util.ArrayList;
import java.util.List;
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
  /** How many tasks a store takes over in one commit: others wait meanwhile. */
  public static final int AT_ONCE = 500;

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

  /** The same tasks in the same order, in lists that are short enough for one commit. */
  public static List<List<HeldTask>> inParts(List<HeldTask> tasks) {
    List<List<HeldTask>> parts = new ArrayList<>();
    for (int from = 0; from < tasks.size(); from += AT_ONCE) {
      parts.add(tasks.subList(from, Math.min(from + AT_ONCE, tasks.size())));
    }
    return parts;
  }
}
