package tasknet.client;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.task.Label;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * Which tasks to list; what is null is not asked for.
 *
 * @param limit the most tasks on a page; the dispatcher may give fewer
 * @param labels all of which a task has
 */
public record TaskQuery(
    @Nullable TaskState state, @Nullable TaskType type, int limit, List<Label> labels) {
  /** Everything, a hundred tasks a page. */
  public static final TaskQuery ALL = new TaskQuery(null, null, 100);

  /** Whatever the labels. */
  public TaskQuery(@Nullable TaskState state, @Nullable TaskType type, int limit) {
    this(state, type, limit, List.of());
  }
}
