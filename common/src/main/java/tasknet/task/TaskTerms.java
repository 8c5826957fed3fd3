package tasknet.task;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * On which terms a task is taken, besides how its attempts are made.
 *
 * @param deadline the instant after which nobody cares: it is not started then; null for none
 * @param runAt the instant until which it is SCHEDULED; null for at once, and when that is over
 * @param priority 0 to 9, where 9 is the most urgent
 * @param labels to find it by
 * @param schedule what made it; null for a client
 * @param callback what is called with its outcome; null for nothing
 * @param trace where in a distributed trace it belongs; null for none
 * @param durable whether it is acknowledged only when it is on the disk
 */
public record TaskTerms(
    @Nullable Instant deadline,
    @Nullable Instant runAt,
    int priority,
    Labels labels,
    @Nullable ScheduledTick schedule,
    @Nullable URI callback,
    @Nullable TraceContext trace,
    boolean durable) {
  /** The most urgent; 0 is the least. */
  public static final int HIGHEST_PRIORITY = 9;

  /** When nothing is said; as in JMS. */
  public static final int DEFAULT_PRIORITY = 4;

  /** Those of a task that says nothing. */
  public static final TaskTerms STANDARD =
      new TaskTerms(null, null, DEFAULT_PRIORITY, Labels.NONE, null, null, null, true);

  /**
   * @throws InvalidValueException if the task could never start, or there is no such priority
   */
  public TaskTerms {
    if (deadline != null && runAt != null && !deadline.isAfter(runAt)) {
      throw new InvalidValueException("deadline", deadline, "after the task's start at " + runAt);
    }
    if (priority < 0 || priority > HIGHEST_PRIORITY) {
      throw new InvalidValueException(
          "priority", priority, "a whole number from 0 to 9, where 9 is the most urgent");
    }
  }

  /** The same with that deadline. */
  public TaskTerms withDeadline(@Nullable Instant instant) {
    return new TaskTerms(instant, runAt, priority, labels, schedule, callback, trace, durable);
  }

  /** The same with that start. */
  public TaskTerms withRunAt(@Nullable Instant instant) {
    return new TaskTerms(deadline, instant, priority, labels, schedule, callback, trace, durable);
  }

  /** The same with that priority. */
  public TaskTerms withPriority(int urgency) {
    return new TaskTerms(deadline, runAt, urgency, labels, schedule, callback, trace, durable);
  }

  /** The same with those labels. */
  public TaskTerms withLabels(Labels marks) {
    return new TaskTerms(deadline, runAt, priority, marks, schedule, callback, trace, durable);
  }

  /** The same, made by a schedule. */
  public TaskTerms withSchedule(@Nullable ScheduledTick tick) {
    return new TaskTerms(deadline, runAt, priority, labels, tick, callback, trace, durable);
  }

  /** The same with that callback. */
  public TaskTerms withCallback(@Nullable URI url) {
    return new TaskTerms(deadline, runAt, priority, labels, schedule, url, trace, durable);
  }

  /** The same in that trace. */
  public TaskTerms withTrace(@Nullable TraceContext context) {
    return new TaskTerms(deadline, runAt, priority, labels, schedule, callback, context, durable);
  }

  /** The same, acknowledged only when it is on the disk, or before. */
  public TaskTerms withDurable(boolean first) {
    return new TaskTerms(deadline, runAt, priority, labels, schedule, callback, trace, first);
  }
}
