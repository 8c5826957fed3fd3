package tasknet.client;

import tasknet.task.DeadChange;

/** What came of a {@link DeadLetters#delete(tasknet.task.TaskId)}. */
public sealed interface DeletionOutcome {
  /** Nothing is left of the task. */
  record Deleted(DeadChange change) implements DeletionOutcome {}

  /** The task is in another state, and was left alone. */
  record NotDead(String message) implements DeletionOutcome {}

  /** The dispatcher knows no task of that id. */
  record Unknown() implements DeletionOutcome {}
}
