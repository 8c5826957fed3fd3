package tasknet.task;

import java.util.List;

/**
 * What happened on the way of a task, as far as the dispatcher remembers: the answer of {@code GET
 * /tasks/{id}/trace}.
 *
 * @param complete whether nothing is missing, from the receipt of the task until now
 * @param steps the oldest first; none when nothing is remembered
 */
public record TaskTrace(TaskId task, boolean complete, List<TraceStep> steps) {
  /** Of a task of which nothing is remembered. */
  public static TaskTrace unknown(TaskId task) {
    return new TaskTrace(task, false, List.of());
  }
}
