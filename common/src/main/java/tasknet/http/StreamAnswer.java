package tasknet.http;

import org.jspecify.annotations.Nullable;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/**
 * What a stream says of a line that was sent on it. It is the last word on that line when there is
 * a problem, or a state that is an end; else the task was taken, and there will be another.
 *
 * @param ref that of the line; null when the line has none that can be read, and when the stream
 *     says why it ends
 * @param line the number of the line, 1 is the first; null when there is a ref
 * @param id null when no task was taken
 * @param state null when no task was taken
 * @param result null unless COMPLETED
 * @param error null unless the task ended without a result
 * @param problem why no task was taken; null when one was
 */
public record StreamAnswer(
    @Nullable JsonText ref,
    @Nullable Long line,
    @Nullable TaskId id,
    @Nullable TaskState state,
    @Nullable JsonText result,
    @Nullable TaskError error,
    @Nullable Problem problem)
    implements LineAnswer {
  /** The header of the answer that says how many lines may be under way. */
  public static final String CREDIT = "Tasknet-Credit";

  /**
   * Reads an answer.
   *
   * @throws tools.jackson.core.JacksonException if it is none
   */
  public static StreamAnswer read(byte[] json) {
    PlainAnswer plain = PlainAnswer.read(json);
    return plain == null ? Json.mapper().readValue(json, StreamAnswer.class) : plain.ofStream();
  }

  /** The stream ends, and that is why. */
  public static StreamAnswer end(Problem reason) {
    return new StreamAnswer(null, null, null, null, null, null, reason);
  }

  @Override
  public byte[] json() {
    boolean plain = (ref == null) != (line == null) && error == null && problem == null;
    return plain && id != null && state != null
        ? PlainAnswer.written(
            ref == null ? "\"line\":" + line : "\"ref\":" + ref, id, state, result)
        : Json.mapper().writeValueAsBytes(this);
  }

  /** Whether it says why the stream ends, and nothing of a line. */
  public boolean endsStream() {
    return ref == null && line == null;
  }
}
