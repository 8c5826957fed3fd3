package tasknet.dispatcher.store;

import tasknet.dispatcher.task.AttemptStart;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/** What became of the wish to cancel a task. */
public sealed interface Cancellation {
  /** There is no such task. */
  record NotFound() implements Cancellation {}

  /** It had ended before; nothing changed. */
  record AlreadyEnded(TaskState state) implements Cancellation {}

  /**
   * It was waiting and never starts again.
   *
   * @param was QUEUED or SCHEDULED
   */
  record WhileWaiting(TaskState was, TaskType type) implements Cancellation {}

  /** It was running; the worker has to be told. */
  record WhileRunning(AttemptStart attempt) implements Cancellation {}
}
