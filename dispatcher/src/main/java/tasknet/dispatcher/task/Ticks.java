package tasknet.dispatcher.task;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;

/**
 * What is made of the ticks of a schedule that are due.
 *
 * @param schedule as it was read: its version and its {@code nextAt} are compared
 * @param tasks to be added, in the order of their ticks; none when the ticks are left out
 * @param nextAt the first tick that is not dealt with; null when there is none any more
 */
public record Ticks(Schedule schedule, List<Made> tasks, @Nullable Instant nextAt) {
  /**
   * A task for one tick.
   *
   * @param request whose terms say which tick
   */
  public record Made(TaskId id, TaskRequest request) {}
}
