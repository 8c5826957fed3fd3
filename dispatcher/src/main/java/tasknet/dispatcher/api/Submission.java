package tasknet.dispatcher.api;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.TypeRule;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.Json;
import tasknet.task.BackoffFields;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.Labels;
import tasknet.task.TaskRequest;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tasknet.task.When;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/**
 * The body of {@code POST /task} and {@code POST /tasks}. Only the type is required.
 *
 * @param payload any JSON value; null when it is not given
 * @param traceparent where in a trace the task belongs, instead of what the request's header says
 */
record Submission(
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
  /** An unknown field is more likely a slip of the pen than a wish that may be passed over. */
  private static final ObjectReader READER =
      Json.mapper()
          .readerFor(Submission.class)
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * Reads a body.
   *
   * @param rules what holds for what is not given
   * @param now what a time from now is counted from
   * @param trace of the request, for a task that has none of its own; null for none
   * @throws InvalidValueException if a value is not allowed
   * @throws tools.jackson.core.JacksonException if it is not the JSON that is expected
   */
  static TaskRequest read(byte[] body, TypeRules rules, Instant now, @Nullable TraceContext trace) {
    StreamLine plain = PlainLine.read(body);
    Submission submission =
        plain != null && plain.isOnlyTask() ? plain.submission() : READER.readValue(body);
    if (submission == null) {
      throw new InvalidValueException("body", "null", "an object with at least a type");
    }
    return submission.request(rules, now, trace);
  }

  TaskRequest request(TypeRules rules, Instant now, @Nullable TraceContext trace) {
    if (type == null) {
      throw new InvalidValueException("type", "nothing", "the name of a task type");
    }
    TypeRule rule = rules.of(type);
    return new TaskRequest(
        type,
        payload == null ? JsonText.NULL : payload,
        timeout == null ? rule.timeout() : timeout,
        maxAttempts == null ? rule.maxAttempts() : maxAttempts,
        backoff == null ? rule.backoff() : backoff.over(rule.backoff()),
        terms(rule, now, trace));
  }

  /** Null for none: what is malformed is passed over. */
  @Nullable TraceContext trace() {
    return TraceContext.read(traceparent, tracestate);
  }

  private TaskTerms terms(TypeRule rule, Instant now, @Nullable TraceContext ofRequest) {
    TraceContext own = trace();
    Instant start = start(now);
    return new TaskTerms(
        deadline == null ? null : deadline.from(now, "deadline"),
        start != null && start.isAfter(now) ? start : null,
        priority == null ? TaskTerms.DEFAULT_PRIORITY : priority,
        labels == null ? Labels.NONE : labels(labels),
        null,
        callback == null ? null : CallbackUrl.read(callback),
        own == null ? ofRequest : own,
        durable == null ? rule.durable() : durable);
  }

  private static Labels labels(Map<String, @Nullable String> given) {
    Map<String, String> values = new LinkedHashMap<>();
    given.forEach(
        (key, value) -> {
          if (value == null) {
            throw new InvalidValueException("labels", key + " without a value", "texts by key");
          }
          values.put(key, value);
        });
    return new Labels(values);
  }

  private @Nullable Instant start(Instant now) {
    if (delay != null && runAt != null) {
      throw new InvalidValueException("runAt", runAt, "left out when there is a delay");
    }
    if (runAt instanceof When.In) {
      throw new InvalidValueException("runAt", runAt, "an instant such as 2026-01-31T12:00:00Z");
    }
    if (delay != null) {
      return new When.In(delay).from(now, "delay");
    }
    return runAt == null ? null : runAt.from(now, "runAt");
  }
}
