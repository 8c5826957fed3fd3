package tasknet.client;

import com.fasterxml.jackson.annotation.JsonValue;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.runtime.Backoff;
import tasknet.task.JsonText;
import tasknet.task.TraceContext;
import tasknet.task.When;

/**
 * A task to be handed in: what {@code POST /task} and {@code POST /tasks} take. The dispatcher
 * checks it, and has a default for everything that is not said or is null. Never changes: every
 * method gives another one.
 */
public final class TaskSubmission {
  /**
   * Always sent in this order: the bytes of a task that is sent twice with one key are the same.
   */
  private static final List<String> ORDER =
      List.of(
          "type",
          "payload",
          "timeout",
          "maxAttempts",
          "backoff",
          "deadline",
          "delay",
          "runAt",
          "priority",
          "labels",
          "callback",
          "durable",
          "traceparent",
          "tracestate");

  private final Map<String, Object> fields;

  /** Written when it is first asked for; whoever else asks then may write it too. */
  private @Nullable String json;

  private TaskSubmission(Map<String, Object> fields) {
    this.fields = fields;
  }

  /**
   * A task with the dispatcher's defaults.
   *
   * @param type the name of a type, for instance {@code reverse}
   * @param payload what the handler gets: a {@link JsonText}, which is sent as it is, or anything
   *     that can be written as JSON: a text, a number, a list, a map, a record; null is the JSON
   *     value null
   */
  public static TaskSubmission of(String type, @Nullable Object payload) {
    JsonText json = payload == null ? JsonText.NULL : Json.textOf(payload);
    return new TaskSubmission(Map.of()).with("type", type).with("payload", json);
  }

  /** The same task, each attempt of which may run that long. */
  public TaskSubmission withTimeout(@Nullable Duration longest) {
    return with("timeout", longest);
  }

  /** The same task; when that many attempts have failed it is dead. 1 means at most once. */
  public TaskSubmission withMaxAttempts(@Nullable Integer most) {
    return with("maxAttempts", most);
  }

  /** The same task with other waits between its attempts. */
  public TaskSubmission withBackoff(@Nullable Backoff waits) {
    return with("backoff", waits);
  }

  /** The same task, which ends as EXPIRED unless it has ended by then. */
  public TaskSubmission withDeadline(Instant instant) {
    return withDeadline(new When.At(instant));
  }

  /** The same task, which ends as EXPIRED unless it ends within that time from its arrival. */
  public TaskSubmission withDeadline(Duration fromNow) {
    return withDeadline(new When.In(fromNow));
  }

  /** The same task, which ends as EXPIRED unless it has ended by then. */
  public TaskSubmission withDeadline(@Nullable When end) {
    return with("deadline", end);
  }

  /** The same task, which is queued after that time from its arrival, instead of at an instant. */
  public TaskSubmission withDelay(@Nullable Duration wait) {
    return (wait == null ? this : with("runAt", null)).with("delay", wait);
  }

  /** The same task, which is queued at that instant, instead of after a time. */
  public TaskSubmission withRunAt(@Nullable Instant start) {
    return (start == null ? this : with("delay", null)).with("runAt", start);
  }

  /** The same task with that priority, 0 to 9, where 9 is the most urgent. */
  public TaskSubmission withPriority(@Nullable Integer urgency) {
    return with("priority", urgency);
  }

  /** The same task with those labels, to find it by, instead of its own. */
  public TaskSubmission withLabels(@Nullable Map<String, String> marks) {
    // Copied so that it stays, and in their order.
    return with("labels", marks == null ? null : new LinkedHashMap<>(marks));
  }

  /** The same task; that address is called with its outcome. */
  public TaskSubmission withCallback(@Nullable URI url) {
    return with("callback", url);
  }

  /**
   * The same task, acknowledged only when it is on the disk, or before: then it is lost when the
   * dispatcher dies before it has written it. Without it as its type has it.
   */
  public TaskSubmission withDurable(@Nullable Boolean first) {
    return with("durable", first);
  }

  /** The same task, under that span of the client's. */
  public TaskSubmission withTrace(@Nullable TraceContext span) {
    return with("traceparent", span == null ? null : span.traceparent())
        .with("tracestate", span == null ? null : span.tracestate());
  }

  /** The name of its type. */
  public String type() {
    return String.valueOf(fields.get("type"));
  }

  /** What is sent: what was said, by its name in the dispatcher's contract. */
  @JsonValue
  public Map<String, Object> fields() {
    return fields;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TaskSubmission task && fields.equals(task.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  /** Its JSON. */
  @Override
  public String toString() {
    String written = json;
    if (written == null) {
      written =
          fields.entrySet().stream()
              .map(field -> "\"" + field.getKey() + "\":" + text(field.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      json = written;
    }
    return written;
  }

  private static String text(Object value) {
    return switch (value) {
      case JsonText text -> text.text();
      case Integer number -> number.toString();
      case Boolean flag -> flag.toString();
      default -> Json.textOf(value).text();
    };
  }

  private TaskSubmission with(String field, @Nullable Object value) {
    Map<String, Object> more = new TreeMap<>(Comparator.comparingInt(ORDER::indexOf));
    more.putAll(fields);
    if (value == null) {
      more.remove(field);
    } else {
      more.put(field, value);
    }
    return new TaskSubmission(Collections.unmodifiableMap(more));
  }
}
