package tasknet.client;

import java.util.List;
import java.util.Set;
import tasknet.task.Label;
import tasknet.task.TaskType;

/**
 * Which tasks somebody wants to hear of.
 *
 * @param types only these; empty for all
 * @param labels only tasks that have all of these
 */
public record EventQuery(Set<TaskType> types, List<Label> labels) {
  /** All tasks. */
  public static final EventQuery ALL = new EventQuery(Set.of(), List.of());

  public EventQuery {
    types = Set.copyOf(types);
    labels = List.copyOf(labels);
  }
}
