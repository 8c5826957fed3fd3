package tasknet.dispatcher.store;

import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

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
   * @param trace where in a distributed trace it belongs; null for none
   */
  record WhileWaiting(TaskState was, TaskType type, @Nullable TraceContext trace)
      implements Cancellation {}

  /** It was running; the worker has to be told. */
  record WhileRunning(AttemptStart attempt) implements Cancellation {}
}
