package tasknet.dispatcher.store;

import org.jspecify.annotations.Nullable;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * Which tasks a listing shows; what is null is not asked for.
 *
 * @param before only tasks with a smaller id: the last one of the page before
 */
public record TaskFilter(
    @Nullable TaskState state, @Nullable TaskType type, @Nullable TaskId before) {
  /** Everything. */
  public static final TaskFilter ALL = new TaskFilter(null, null, null);
}
