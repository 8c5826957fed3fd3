package tasknet.registry;

import java.util.regex.Pattern;
import tasknet.task.InvalidValueException;

/**
 * The word of somebody who can see a worker's process that it has ended: the body of {@code POST
 * /workers/{id}/death}.
 *
 * @param epoch which start of the worker's process it was
 * @param cause for people, for instance {@code out of memory (exit code 137)}; 1 to 200 printable
 *     characters
 */
public record DeathReport(long epoch, String cause) {
  /** The longest cause. */
  public static final int MAX_CAUSE = 200;

  // It is shown in logs: no line breaks, nor what turns the direction of text.
  private static final Pattern CAUSE =
      Pattern.compile("[^\\p{C}\\p{Zl}\\p{Zp}]{1," + MAX_CAUSE + "}");

  /**
   * @throws InvalidValueException if a value is out of its bounds
   */
  public DeathReport {
    if (epoch < 0) {
      throw new InvalidValueException("epoch", epoch, "a whole number of at least 0");
    }
    if (!CAUSE.matcher(cause).matches() || cause.isBlank()) {
      throw new InvalidValueException(
          "cause", cause, "1 to " + MAX_CAUSE + " printable characters");
    }
  }
}
