package tasknet.dispatcher.events;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tasknet.task.Label;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskType;

/**
 * Which events somebody wants.
 *
 * @param task only of this task; null for all
 * @param types only of these types; empty for all
 * @param labels only of tasks that have all of these
 */
public record EventFilter(@Nullable TaskId task, Set<TaskType> types, List<Label> labels) {
  public EventFilter {
    types = Set.copyOf(types);
    labels = List.copyOf(labels);
  }

  /** Everything about one task. */
  public static EventFilter of(TaskId task) {
    return new EventFilter(task, Set.of(), List.of());
  }

  /** Whether it is wanted. */
  public boolean matches(TaskEvent event) {
    return (task == null || task.equals(event.task()))
        && (types.isEmpty() || types.contains(event.type()))
        && (labels.isEmpty() || hasLabels(event.labels()));
  }

  private boolean hasLabels(@Nullable Map<String, String> marks) {
    return marks != null
        && labels.stream().allMatch(label -> label.value().equals(marks.get(label.key())));
  }
}
