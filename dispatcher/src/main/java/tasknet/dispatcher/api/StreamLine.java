package tasknet.dispatcher.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.Json;
import tasknet.task.BackoffFields;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tasknet.task.When;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/**
 * A line of a stream: the fields of a {@link Submission}, and what is the line's own.
 *
 * @param ref by which the client knows its line: a text of 1 to 256 characters, or a number
 * @param ack whether the client is told that the task was taken; null for not
 * @param idempotencyKey the same line with the same key, sent again, is the same task
 */
record StreamLine(
    @Nullable JsonText ref,
    @Nullable Boolean ack,
    @Nullable String idempotencyKey,
    @Nullable TaskType type,
    @Nullable JsonText payload,
    @Nullable Duration timeout,
    @Nullable Integer maxAttempts,
    @Nullable BackoffFields backoff,
    @Nullable When deadline,
    @Nullable Duration delay,
    @Nullable When runAt,
    @Nullable Integer priority,
    @Nullable Map<String, @Nullable String> labels,
    @Nullable String callback,
    @Nullable Boolean durable,
    @Nullable String traceparent,
    @Nullable String tracestate) {
  /** With its quotation marks, and every character escaped. */
  private static final int LONGEST_REF = 2 + 6 * 256;

  private static final ObjectReader READER =
      Json.mapper()
          .readerFor(StreamLine.class)
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * Reads a line.
   *
   * @throws InvalidValueException if the ref is not allowed
   * @throws JacksonException if it is not the JSON that is expected
   */
  static StreamLine read(byte[] line) {
    StreamLine plain = PlainLine.read(line);
    StreamLine read = plain == null ? READER.readValue(line) : plain;
    if (read == null) {
      throw new InvalidValueException("line", "null", "an object with at least a ref and a type");
    }
    if (read.ref == null || !isRef(read.ref)) {
      throw new InvalidValueException(
          "ref",
          read.ref == null ? "nothing" : read.ref.text(),
          "a text of 1 to 256 characters, or a number");
    }
    return read;
  }

  /** The ref of a line that cannot be read as a whole; null when it is not found either. */
  static @Nullable JsonText ref(byte[] line) {
    try (JsonParser json = Json.mapper().createParser(line)) {
      JsonToken next = json.nextToken() == JsonToken.START_OBJECT ? json.nextToken() : null;
      while (next == JsonToken.PROPERTY_NAME) {
        boolean found = "ref".equals(json.currentName());
        json.nextToken();
        if (found) {
          JsonText ref = json.readValueAs(JsonText.class);
          return isRef(ref) ? ref : null;
        }
        json.skipChildren();
        next = json.nextToken();
      }
    } catch (JacksonException e) {
      // It ends before there was one.
    }
    return null;
  }

  /**
   * What is asked for.
   *
   * @param trace where it belongs; null for none
   * @throws InvalidValueException if a value is not allowed
   */
  TaskRequest request(TypeRules rules, Instant now, @Nullable TraceContext trace) {
    return submission(null, null).request(rules, now, trace);
  }

  /** The client's trace of this line; null for none. */
  @Nullable TraceContext trace() {
    return TraceContext.read(traceparent, tracestate);
  }

  boolean isToBeAcknowledged() {
    return ack != null && ack;
  }

  /** What must be the same when a line is sent again with its key: all but the trace it is in. */
  byte[] content() {
    return Json.mapper().writeValueAsBytes(submission(null, null));
  }

  /** Whether there is nothing in it that only a line of a stream has. */
  boolean isOnlyTask() {
    return ref == null && ack == null && idempotencyKey == null;
  }

  /** The task of the line. */
  Submission submission() {
    return submission(traceparent, tracestate);
  }

  private Submission submission(@Nullable String parent, @Nullable String state) {
    return new Submission(
        type,
        payload,
        timeout,
        maxAttempts,
        backoff,
        deadline,
        delay,
        runAt,
        priority,
        labels,
        callback,
        durable,
        parent,
        state);
  }

  private static boolean isRef(JsonText ref) {
    char first = ref.text().charAt(0);
    boolean text = first == '"' && ref.text().length() > 2;
    boolean number = first == '-' || (first >= '0' && first <= '9');
    return (text || number) && ref.text().length() <= LONGEST_REF;
  }
}
