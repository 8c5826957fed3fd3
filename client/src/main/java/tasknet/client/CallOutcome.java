package tasknet.client;

import org.jspecify.annotations.Nullable;
import tasknet.http.Problem;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;

/** What came of a {@link TasknetClient#call}. */
public sealed interface CallOutcome {
  /** The task ended with a result. */
  record Completed(TaskId id, JsonText result) implements CallOutcome {}

  /** The task ended without a result. */
  record Failed(TaskId id, TaskError error) implements CallOutcome {}

  /** No live worker runs this type; nothing was stored. */
  record NoWorker(String message) implements CallOutcome {}

  /**
   * The task has not ended in time. It goes on, and can be awaited by its id.
   *
   * @param id null when the client gave up first and was not told the id
   */
  record NoAnswer(@Nullable TaskId id) implements CallOutcome {}

  /** The dispatcher did not take the task: it is malformed or too large, or there is no room. */
  record Refused(Problem problem) implements CallOutcome {}
}
