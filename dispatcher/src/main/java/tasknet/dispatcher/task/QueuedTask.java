package tasknet.dispatcher.task;

import java.time.Instant;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;

/**
 * A task in state QUEUED, with all that is needed to start its next attempt.
 *
 * @param position its place in the queue: tasks of a type start in ascending order
 * @param attempts how many attempts were begun so far
 * @param failures how many of them failed in a way that counts against {@code maxAttempts}
 */
public record QueuedTask(
    TaskId id, TaskRequest request, Instant createdAt, long position, int attempts, int failures) {
  /** The attempt that is to be begun next. */
  public AttemptId nextAttempt() {
    return new AttemptId(id, attempts + 1);
  }

  /** The memory that the payload takes, in bytes, roughly. */
  public long size() {
    return 200L + request.payload().text().length();
  }
}
