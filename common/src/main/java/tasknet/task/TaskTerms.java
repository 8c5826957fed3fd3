package tasknet.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * On which terms a task is taken, besides how its attempts are made.
 *
 * @param deadline the instant after which nobody cares: it is not started then; null for none
 */
public record TaskTerms(@Nullable Instant deadline) {
  /** Those of a task that says nothing. */
  public static final TaskTerms STANDARD = new TaskTerms(null);

  /** The same with that deadline. */
  public TaskTerms withDeadline(@Nullable Instant instant) {
    return new TaskTerms(instant);
  }
}
