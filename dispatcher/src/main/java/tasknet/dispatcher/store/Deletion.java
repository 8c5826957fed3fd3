package tasknet.dispatcher.store;

import tasknet.task.Fingerprint;
import tasknet.task.TaskState;

/** What became of the wish to delete a DEAD task. */
public sealed interface Deletion {
  /** There is no such task. */
  record NotFound() implements Deletion {}

  /** It is not DEAD; nothing changed. */
  record NotDead(TaskState state) implements Deletion {}

  /**
   * Nothing is left of it.
   *
   * @param fingerprint that it had
   */
  record Deleted(Fingerprint fingerprint) implements Deletion {}
}
