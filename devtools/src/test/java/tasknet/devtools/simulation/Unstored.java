package tasknet.devtools.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/** The tasks that are, or were, in the dispatcher's memory only. */
final class Unstored {
  private final Map<TaskId, Open> open = new HashMap<>();
  private final Set<TaskId> completed = new TreeSet<>();
  private final Set<TaskId> lost = new TreeSet<>();

  /** One that has not ended. */
  private record Open(TaskType type, TaskState state) {
    static @Nullable TaskState stateOf(@Nullable Open task) {
      return task == null ? null : task.state;
    }
  }

  /** How many have not ended. */
  int open() {
    return open.size();
  }

  /** How many were completed there. */
  int completed() {
    return completed.size();
  }

  /** The state that it had there until now; null when it was not there. */
  @Nullable TaskState moves(TaskId task, TaskType type, TaskState state) {
    if (state == TaskState.COMPLETED) {
      completed.add(task);
      return Open.stateOf(open.remove(task));
    }
    return Open.stateOf(open.put(task, new Open(type, state)));
  }

  /**
   * The store has it from now on.
   *
   * @return its state; null when it was not there
   */
  @Nullable TaskState stored(TaskId task) {
    return Open.stateOf(open.remove(task));
  }

  /** The process has died; what was open is gone. Answers the types of what ran. */
  Map<TaskType, Integer> die() {
    Map<TaskType, Integer> ran = new HashMap<>();
    for (Open task : open.values()) {
      if (task.state == TaskState.RUNNING) {
        ran.merge(task.type, 1, Integer::sum);
      }
    }
    lost.addAll(open.keySet());
    open.clear();
    return ran;
  }

  boolean isCompleted(TaskId task) {
    return completed.contains(task);
  }

  /** Whether the dispatcher has or had it, though the store does not. */
  boolean knows(TaskId task) {
    return open.containsKey(task) || isGone(task);
  }

  /** Whether it need not be in the store at the end. */
  boolean isGone(TaskId task) {
    return completed.contains(task) || lost.contains(task);
  }
}
