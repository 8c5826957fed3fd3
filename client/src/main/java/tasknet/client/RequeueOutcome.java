package tasknet.client;

import tasknet.task.TaskStatus;

/** What came of a {@link TasknetClient#requeue}. */
public sealed interface RequeueOutcome {
  /** The task is in its queue again. */
  record Requeued(TaskStatus task) implements RequeueOutcome {}

  /** The task is in another state, and was left alone. */
  record NotDead(String message) implements RequeueOutcome {}

  /** The dispatcher knows no task of that id. */
  record Unknown() implements RequeueOutcome {}
}
