package tasknet.dispatcher.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.TypeRule;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.Json;
import tasknet.task.BackoffFields;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/**
 * The body of {@code POST /task} and {@code POST /tasks}. Only the type is required.
 *
 * @param payload any JSON value; null when it is not given
 */
record Submission(
    @Nullable TaskType type,
    @Nullable JsonText payload,
    @Nullable Duration timeout,
    @Nullable Integer maxAttempts,
    @Nullable BackoffFields backoff) {
  /** An unknown field is more likely a slip of the pen than a wish that may be passed over. */
  private static final ObjectReader READER =
      Json.mapper()
          .readerFor(Submission.class)
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * Reads a body.
   *
   * @param rules what holds for what is not given
   * @throws InvalidValueException if a value is not allowed
   * @throws tools.jackson.core.JacksonException if it is not the JSON that is expected
   */
  static TaskRequest read(byte[] body, TypeRules rules) {
    Submission submission = READER.readValue(body);
    if (submission == null) {
      throw new InvalidValueException("body", "null", "an object with at least a type");
    }
    return submission.request(rules);
  }

  private TaskRequest request(TypeRules rules) {
    if (type == null) {
      throw new InvalidValueException("type", "nothing", "the name of a task type");
    }
    TypeRule rule = rules.of(type);
    return new TaskRequest(
        type,
        payload == null ? JsonText.NULL : payload,
        timeout == null ? rule.timeout() : timeout,
        maxAttempts == null ? rule.maxAttempts() : maxAttempts,
        backoff == null ? rule.backoff() : backoff.over(rule.backoff()));
  }
}
