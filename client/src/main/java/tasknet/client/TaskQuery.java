package tasknet.client;

import org.jspecify.annotations.Nullable;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * Which tasks to list; what is null is not asked for.
 *
 * @param limit the most tasks on a page; the dispatcher may give fewer
 */
public record TaskQuery(@Nullable TaskState state, @Nullable TaskType type, int limit) {
  /** Everything, a hundred tasks a page. */
  public static final TaskQuery ALL = new TaskQuery(null, null, 100);
}
