package tasknet.client;

import tasknet.task.CancelResult;

/** What came of a {@link TasknetClient#cancel}. */
public sealed interface CancelOutcome {
  /** The task is cancelled. */
  record Cancelled(CancelResult result) implements CancelOutcome {}

  /** There was nothing left to cancel. */
  record AlreadyEnded(String message) implements CancelOutcome {}

  /** The dispatcher knows no task of that id. */
  record Unknown() implements CancelOutcome {}
}
