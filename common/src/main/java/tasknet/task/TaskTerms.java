package tasknet.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * On which terms a task is taken, besides how its attempts are made.
 *
 * @param deadline the instant after which nobody cares: it is not started then; null for none
 * @param runAt the instant until which it is SCHEDULED; null for at once, and when that is over
 */
public record TaskTerms(@Nullable Instant deadline, @Nullable Instant runAt) {
  /** Those of a task that says nothing. */
  public static final TaskTerms STANDARD = new TaskTerms(null, null);

  /**
   * @throws InvalidValueException if the task could never start
   */
  public TaskTerms {
    if (deadline != null && runAt != null && !deadline.isAfter(runAt)) {
      throw new InvalidValueException("deadline", deadline, "after the task's start at " + runAt);
    }
  }

  /** The same with that deadline. */
  public TaskTerms withDeadline(@Nullable Instant instant) {
    return new TaskTerms(instant, runAt);
  }

  /** The same with that start. */
  public TaskTerms withRunAt(@Nullable Instant instant) {
    return new TaskTerms(deadline, instant);
  }
}
