package tasknet.dispatcher.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.http.PlainJson;
import tasknet.http.Words;
import tasknet.runtime.Settings;
import tasknet.task.JsonText;
import tasknet.task.TaskType;

/**
 * A line as nearly all are, read without the mapper, of whose time a line is the most. It knows
 * only what is plainly right; whatever else there is, the mapper reads.
 */
final class PlainLine {
  private static final Words WORDS =
      new Words(
          "ref",
          "ack",
          "idempotencyKey",
          "type",
          "payload",
          "timeout",
          "maxAttempts",
          "delay",
          "priority",
          "callback",
          "durable",
          "traceparent",
          "tracestate");

  private final PlainJson json;
  private @Nullable JsonText ref;
  private @Nullable Boolean ack;
  private @Nullable String idempotencyKey;
  private @Nullable TaskType type;
  private @Nullable JsonText payload;
  private @Nullable Duration timeout;
  private @Nullable Integer maxAttempts;
  private @Nullable Duration delay;
  private @Nullable Integer priority;
  private @Nullable String callback;
  private @Nullable Boolean durable;
  private @Nullable String traceparent;
  private @Nullable String tracestate;

  private PlainLine(PlainJson json) {
    this.json = json;
  }

  /** Null when it is for the mapper to read it. */
  static @Nullable StreamLine read(byte[] line) {
    PlainJson json = new PlainJson(line, 0, line.length, WORDS);
    PlainLine read = new PlainLine(json);
    return json.isRead(read::field) ? read.line() : null;
  }

  /** Reads a field that was not read before. */
  private boolean field(String name) {
    return switch (name) {
      case "ref" -> ref == null && (ref = json.value()) != null;
      case "ack" -> ack == null && (ack = json.flag()) != null;
      case "idempotencyKey" -> idempotencyKey == null && (idempotencyKey = json.text()) != null;
      case "type" -> type == null && (type = type()) != null;
      case "payload" -> payload == null && (payload = json.value()) != null;
      case "timeout" -> timeout == null && (timeout = duration()) != null;
      case "maxAttempts" -> maxAttempts == null && (maxAttempts = json.number()) != null;
      case "delay" -> delay == null && (delay = duration()) != null;
      case "priority" -> priority == null && (priority = json.number()) != null;
      case "callback" -> callback == null && (callback = json.text()) != null;
      case "durable" -> durable == null && (durable = json.flag()) != null;
      case "traceparent" -> traceparent == null && (traceparent = json.text()) != null;
      case "tracestate" -> tracestate == null && (tracestate = json.text()) != null;
      default -> false;
    };
  }

  private @Nullable TaskType type() {
    String name = json.text();
    return name == null ? null : TaskType.of(name);
  }

  private @Nullable Duration duration() {
    String text = json.text();
    if (text != null) {
      return Settings.parseDuration(text);
    }
    Integer seconds = json.number();
    return seconds == null ? null : Duration.ofSeconds(seconds);
  }

  private StreamLine line() {
    return new StreamLine(
        ref,
        ack,
        idempotencyKey,
        type,
        payload,
        timeout,
        maxAttempts,
        null,
        null,
        delay,
        null,
        priority,
        null,
        callback,
        durable,
        traceparent,
        tracestate);
  }
}
