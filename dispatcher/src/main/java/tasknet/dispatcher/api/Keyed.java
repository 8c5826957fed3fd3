package tasknet.dispatcher.api;

import tasknet.dispatcher.store.Addition;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.TaskId;

/**
 * The task of a key.
 *
 * @param repeated whether it was there before
 */
record Keyed(TaskId id, boolean repeated) {
  /**
   * What came of a submission with a key; asks the store.
   *
   * @throws ProblemException if the key is for another task, or for one that is not kept any more
   */
  static Keyed of(Addition addition, SubmissionKey key, TaskStore store) {
    return switch (addition) {
      case Addition.Added(QueuedTask task) -> new Keyed(task.id(), false);
      case Addition.Known(TaskId known) -> {
        if (store.find(known).isEmpty()) {
          throw removed(known, key);
        }
        yield new Keyed(known, true);
      }
      case Addition.KeyTaken _ ->
          throw new ProblemException(
              Problem.of(
                  422,
                  "idempotency-key-reused",
                  "Idempotency-Key reused",
                  "Idempotency-Key: '"
                      + key.key()
                      + "' came with another body before; a key is for one body"));
    };
  }

  /** It ran, so it is not run again; what came of it is not known any more. */
  private static ProblemException removed(TaskId id, SubmissionKey key) {
    String detail =
        "Idempotency-Key: the task of '" + key.key() + "' has ended and is not kept any more";
    return new ProblemException(Problem.of(410, "task-removed", "Removed", detail).with("id", id));
  }
}
