package tasknet.client;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.runtime.Backoff;
import tasknet.task.JsonText;
import tasknet.task.When;

/**
 * A task to be handed in: what {@code POST /task} and {@code POST /tasks} take. The dispatcher
 * checks it, and has a default for everything that is null.
 *
 * @param type the name of a type, for instance {@code reverse}
 * @param payload what the handler gets
 * @param timeout how long one attempt may run
 * @param maxAttempts how many attempts may fail before the task is dead; 1 means at most once
 * @param backoff how long to wait between attempts
 * @param terms what else holds for the task as a whole
 */
public record TaskSubmission(
    String type,
    JsonText payload,
    @Nullable Duration timeout,
    @Nullable Integer maxAttempts,
    @Nullable Backoff backoff,
    @JsonUnwrapped Terms terms) {

  /**
   * What holds for a task as a whole.
   *
   * @param deadline after which it is not started, nor tried again
   * @param delay how long it waits before it is queued; not together with {@code runAt}
   * @param runAt when it is queued
   * @param priority 0 to 9, where 9 is the most urgent
   * @param labels to find it by
   * @param callback what is called with its outcome
   */
  public record Terms(
      @Nullable When deadline,
      @Nullable Duration delay,
      @Nullable Instant runAt,
      @Nullable Integer priority,
      @Nullable Map<String, String> labels,
      @Nullable URI callback) {
    /** Nothing in particular. */
    public static final Terms NONE = new Terms(null, null, null, null, null, null);
  }

  /**
   * A task with the dispatcher's defaults.
   *
   * @param payload a {@link JsonText}, which is sent as it is, or anything that can be written as
   *     JSON: a text, a number, a list, a map, a record; null is the JSON value null
   */
  public static TaskSubmission of(String type, @Nullable Object payload) {
    JsonText json = payload == null ? JsonText.NULL : Json.textOf(payload);
    return new TaskSubmission(type, json, null, null, null, Terms.NONE);
  }

  /** The same task, each attempt of which may run that long. */
  public TaskSubmission withTimeout(Duration longest) {
    return new TaskSubmission(type, payload, longest, maxAttempts, backoff, terms);
  }

  /** The same task with at most that many attempts. */
  public TaskSubmission withMaxAttempts(int most) {
    return new TaskSubmission(type, payload, timeout, most, backoff, terms);
  }

  /** The same task with other waits between its attempts. */
  public TaskSubmission withBackoff(Backoff waits) {
    return new TaskSubmission(type, payload, timeout, maxAttempts, waits, terms);
  }

  /** The same task, which ends as EXPIRED unless it has ended by then. */
  public TaskSubmission withDeadline(Instant instant) {
    return withDeadline(new When.At(instant));
  }

  /** The same task, which ends as EXPIRED unless it ends within that time from its arrival. */
  public TaskSubmission withDeadline(Duration fromNow) {
    return withDeadline(new When.In(fromNow));
  }

  /** The same task, which is queued after that time. */
  public TaskSubmission withDelay(Duration wait) {
    return with(
        new Terms(terms.deadline, wait, null, terms.priority, terms.labels, terms.callback));
  }

  /** The same task, which is queued at that instant. */
  public TaskSubmission withRunAt(Instant start) {
    return with(
        new Terms(terms.deadline, null, start, terms.priority, terms.labels, terms.callback));
  }

  /** The same task with that priority, 0 to 9, where 9 is the most urgent. */
  public TaskSubmission withPriority(int urgency) {
    return with(
        new Terms(terms.deadline, terms.delay, terms.runAt, urgency, terms.labels, terms.callback));
  }

  /** The same task with those labels instead of its own. */
  public TaskSubmission withLabels(Map<String, String> marks) {
    return with(
        new Terms(terms.deadline, terms.delay, terms.runAt, terms.priority, marks, terms.callback));
  }

  /** The same task; that address is called with its outcome. */
  public TaskSubmission withCallback(URI url) {
    return with(
        new Terms(terms.deadline, terms.delay, terms.runAt, terms.priority, terms.labels, url));
  }

  private TaskSubmission withDeadline(When end) {
    return with(
        new Terms(end, terms.delay, terms.runAt, terms.priority, terms.labels, terms.callback));
  }

  private TaskSubmission with(Terms others) {
    return new TaskSubmission(type, payload, timeout, maxAttempts, backoff, others);
  }
}
