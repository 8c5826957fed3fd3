package tasknet.worker;

import java.io.Writer;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tools.jackson.core.JacksonException;

/**
 * Makes a result of what a handler returned. Not more of it is kept in memory than may travel,
 * however much the handler returned.
 */
final class ResultText {
  private ResultText() {}

  /**
   * Writes a value as JSON.
   *
   * @param most how many bytes may travel
   * @return completed, or failed because it is too large
   * @throws JacksonException if it cannot be written as JSON, or not as JSON that others can read
   */
  static Outcome of(@Nullable Object value, int most) {
    if (value == null) {
      return new Outcome.Completed(JsonText.NULL);
    }
    if (value instanceof String text && text.length() <= most) {
      JsonText json = PlainText.of(text);
      return json.fitsInto(most) ? new Outcome.Completed(json) : tooLarge(json.bytes(), most);
    }
    Bounded text = new Bounded(most);
    Json.mapper().writeValue(text, value);
    if (text.bytes > most) {
      return tooLarge(text.bytes, most);
    }
    String json = text.kept.toString();
    // A handler may return JSON of its own, which nobody has checked.
    JsonText _ = Json.text(json);
    return new Outcome.Completed(new JsonText(json));
  }

  /** The outcome of an attempt whose result does not fit. */
  static Outcome tooLarge(long bytes, int most) {
    return new Outcome.Failed(
        new TaskError(
            TaskError.RESULT_TOO_LARGE,
            "the result has " + bytes + " bytes; at most " + most + " are allowed",
            false));
  }

  /** Counts all, keeps the beginning. */
  private static final class Bounded extends Writer {
    private final int most;
    private final StringBuilder kept = new StringBuilder();
    private long bytes;

    Bounded(int most) {
      this.most = most;
    }

    @Override
    public void write(char[] characters, int from, int length) {
      for (int index = from; index < from + length; index++) {
        char character = characters[index];
        // Each half of a pair counts for two bytes of the four.
        bytes +=
            character < 0x80 ? 1 : character < 0x800 || Character.isSurrogate(character) ? 2 : 3;
      }
      if (bytes <= most) {
        kept.append(characters, from, length);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
