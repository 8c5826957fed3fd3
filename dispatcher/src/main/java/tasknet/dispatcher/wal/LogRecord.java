package tasknet.dispatcher.wal;

import java.time.Instant;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.TaskId;

/** One thing that happened to a task that is in memory. */
public sealed interface LogRecord {
  /**
   * It was added; or it stands in a newer segment again, and what the log says of it before is
   * void.
   */
  record Added(QueuedTask task) implements LogRecord {}

  /** Its first attempt began. */
  record Begun(AttemptStart start) implements LogRecord {}

  /** That attempt completed it. */
  record Completed(AttemptId attempt, Instant at, JsonText result) implements LogRecord {}

  /** The store has it, as it stands or stood; what the log says of it before is void. */
  record Left(TaskId task) implements LogRecord {}
}
