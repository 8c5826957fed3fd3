package tasknet.http;

import org.jspecify.annotations.Nullable;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/**
 * What became of one line of a bulk submission: a line of the answer.
 *
 * @param line the number of the line that it answers; 1 is the first
 * @param id null when no task was taken
 * @param state null when no task was taken
 * @param result null unless COMPLETED
 * @param error null unless the task ended without a result
 * @param problem why no task was taken; null when one was
 */
public record BulkAnswer(
    long line,
    @Nullable TaskId id,
    @Nullable TaskState state,
    @Nullable JsonText result,
    @Nullable TaskError error,
    @Nullable Problem problem)
    implements LineAnswer {
  /** The media type of bulk submissions and their answers: one JSON document a line. */
  public static final String MEDIA_TYPE = "application/x-ndjson";

  /**
   * Reads an answer.
   *
   * @throws tools.jackson.core.JacksonException if it is none
   */
  public static BulkAnswer read(byte[] json) {
    PlainAnswer plain = PlainAnswer.read(json);
    BulkAnswer answer = plain == null ? null : plain.ofBulk();
    return answer == null ? Json.mapper().readValue(json, BulkAnswer.class) : answer;
  }

  /** A task was taken, and stands so. */
  public static BulkAnswer of(long line, TaskId id, TaskState state) {
    return new BulkAnswer(line, id, state, null, null, null);
  }

  /** No task was taken. */
  public static BulkAnswer refused(long line, Problem problem) {
    return new BulkAnswer(line, null, null, null, null, problem);
  }

  @Override
  public byte[] json() {
    return id != null && state != null && error == null && problem == null
        ? PlainAnswer.written("\"line\":" + line, id, state, result)
        : Json.mapper().writeValueAsBytes(this);
  }
}
