package tasknet.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/**
 * What is said of a line whose task was taken and has no error, as it is of nearly all: read and
 * written without the mapper.
 */
final class PlainAnswer {
  private static final Words WORDS =
      new Words("ref", "line", "id", "state", "result", TaskState.COMPLETED.name());

  private final PlainJson json;
  private @Nullable JsonText ref;
  private @Nullable Integer line;
  private @Nullable TaskId id;
  private @Nullable TaskState state;
  private @Nullable JsonText result;

  private PlainAnswer(PlainJson json) {
    this.json = json;
  }

  /** Null when it is for the mapper to read it. */
  static @Nullable PlainAnswer read(byte[] answer) {
    PlainJson json = new PlainJson(answer, 0, answer.length, WORDS);
    PlainAnswer read = new PlainAnswer(json);
    return json.isRead(read::field) ? read : null;
  }

  StreamAnswer ofStream() {
    return new StreamAnswer(ref, line == null ? null : (long) line, id, state, result, null, null);
  }

  /** Null when it is for the mapper to read it. */
  @Nullable BulkAnswer ofBulk() {
    return ref == null && line != null ? new BulkAnswer(line, id, state, result, null, null) : null;
  }

  /**
   * Writes one.
   *
   * @param line the member that says which line is answered
   */
  static byte[] written(String line, TaskId id, TaskState state, @Nullable JsonText result) {
    String json =
        "{"
            + line
            + ",\"id\":\""
            + id
            + "\",\"state\":\""
            + state.name()
            + (result == null ? "\"}" : "\",\"result\":" + result.text() + "}");
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private boolean field(String name) {
    return switch (name) {
      case "ref" -> ref == null && (ref = json.value()) != null;
      case "line" -> line == null && (line = json.number()) != null;
      case "id" -> id == null && (id = json.id()) != null;
      case "state" -> state == null && (state = state()) != null;
      case "result" -> result == null && (result = json.value()) != null;
      default -> false;
    };
  }

  private @Nullable TaskState state() {
    String text = json.text();
    return text == null ? null : TaskState.valueOf(text);
  }
}
