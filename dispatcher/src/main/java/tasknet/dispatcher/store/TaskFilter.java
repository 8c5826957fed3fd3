package tasknet.dispatcher.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.task.Label;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * Which tasks a listing shows; what is null is not asked for.
 *
 * @param before only tasks with a smaller id: the last one of the page before
 * @param labels all of which the task has
 * @param schedule the name of what made it
 */
public record TaskFilter(
    @Nullable TaskState state,
    @Nullable TaskType type,
    @Nullable TaskId before,
    List<Label> labels,
    @Nullable String schedule) {
  /** Everything. */
  public static final TaskFilter ALL = new TaskFilter(null, null, null);

  /** Without labels. */
  public TaskFilter(@Nullable TaskState state, @Nullable TaskType type, @Nullable TaskId before) {
    this(state, type, before, List.of(), null);
  }
}
