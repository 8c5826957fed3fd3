package tasknet.dispatcher.store;

import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.TaskId;

/** What became of the wish to add a task once. */
public sealed interface Addition {
  /** It was added. */
  record Added(QueuedTask task) implements Addition {}

  /** The same was added with this key before; nothing changed. */
  record Known(TaskId id) implements Addition {}

  /** Something else was added with this key before; nothing changed. */
  record KeyTaken() implements Addition {}
}
