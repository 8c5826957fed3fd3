package tasknet.dispatcher.store;

import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.TaskState;

/** What became of the wish to bring a DEAD task back. */
public sealed interface Requeue {
  /** There is no such task. */
  record NotFound() implements Requeue {}

  /** It is not DEAD; nothing changed. */
  record NotDead(TaskState state) implements Requeue {}

  /** It is at the end of its queue. */
  record Requeued(QueuedTask task) implements Requeue {}
}
