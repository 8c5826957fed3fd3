package tasknet.dispatcher.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.runtime.Backoff;
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
   * @throws InvalidValueException if a value is not allowed
   * @throws tools.jackson.core.JacksonException if it is not the JSON that is expected
   */
  static TaskRequest read(byte[] body) {
    Submission submission = READER.readValue(body);
    if (submission == null) {
      throw new InvalidValueException("body", "null", "an object with at least a type");
    }
    return submission.request();
  }

  private TaskRequest request() {
    if (type == null) {
      throw new InvalidValueException("type", "nothing", "the name of a task type");
    }
    return new TaskRequest(
        type,
        payload == null ? JsonText.NULL : payload,
        timeout == null ? TaskRequest.DEFAULT_TIMEOUT : timeout,
        maxAttempts == null ? TaskRequest.DEFAULT_ATTEMPTS : maxAttempts,
        backoff == null ? Backoff.DEFAULT : backoff.over(Backoff.DEFAULT));
  }
}
