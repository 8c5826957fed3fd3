package tasknet.devtools.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** By which calls tasks are handed in. */
public enum Mode {
  /** {@code POST /task}: connections with one request each. */
  CALL,
  /** {@code POST /tasks}, then {@code GET /tasks/{id}?wait=}: connections with one task each. */
  ASYNC,
  /** {@code POST /tasks/stream}: one connection with many tasks, by the client library. */
  STREAM,
  /** One {@code POST /tasks} with a task a line, and the results as they come. */
  BULK;

  /** Its name in the command and in the answer. */
  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
