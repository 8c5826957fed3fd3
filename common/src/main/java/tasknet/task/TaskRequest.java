package tasknet.task;

import java.time.Duration;
import tasknet.runtime.Backoff;

/**
 * What a client asks for, with every default filled in.
 *
 * @param payload what the handler gets; any JSON value
 * @param timeout how long one attempt may run; positive
 * @param maxAttempts how many attempts may fail before the task is dead; 1 means at most once
 * @param backoff how long to wait between attempts
 * @param terms what else holds for the task as a whole
 */
public record TaskRequest(
    TaskType type,
    JsonText payload,
    Duration timeout,
    int maxAttempts,
    Backoff backoff,
    TaskTerms terms) {
  /** The longest timeout of an attempt. */
  public static final Duration MAX_TIMEOUT = Duration.ofDays(1);

  /** The greatest number of attempts. */
  public static final int MAX_ATTEMPTS = 100;

  /** How long an attempt may run when nothing else is said. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** How many attempts are made when nothing else is said. */
  public static final int DEFAULT_ATTEMPTS = 3;

  /**
   * @throws InvalidValueException if a value is out of its bounds
   */
  public TaskRequest {
    if (!timeout.isPositive() || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new InvalidValueException("timeout", timeout, "more than 0 and at most 24 hours");
    }
    if (maxAttempts < 1 || maxAttempts > MAX_ATTEMPTS) {
      throw new InvalidValueException("maxAttempts", maxAttempts, "a whole number from 1 to 100");
    }
  }

  /**
   * A request with the standard terms.
   *
   * @throws InvalidValueException if a value is out of its bounds
   */
  public TaskRequest(
      TaskType type, JsonText payload, Duration timeout, int maxAttempts, Backoff backoff) {
    this(type, payload, timeout, maxAttempts, backoff, TaskTerms.STANDARD);
  }

  /** The same request with other terms. */
  public TaskRequest with(TaskTerms other) {
    return new TaskRequest(type, payload, timeout, maxAttempts, backoff, other);
  }

  /** A request with the defaults for everything that is not given here. */
  public static TaskRequest of(TaskType type, JsonText payload) {
    return new TaskRequest(type, payload, DEFAULT_TIMEOUT, DEFAULT_ATTEMPTS, Backoff.DEFAULT);
  }
}
