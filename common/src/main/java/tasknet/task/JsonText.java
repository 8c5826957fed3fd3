package tasknet.task;

/**
 * One JSON value as text, on one line: payloads and results pass through Tasknet as they came,
 * without a second parse, so that no number loses digits. Whoever makes one has checked it.
 *
 * @param text valid JSON without line breaks outside of strings (inside them they are escaped)
 */
public record JsonText(String text) {
  /** The JSON value {@code null}. */
  public static final JsonText NULL = new JsonText("null");

  @Override
  public String toString() {
    return text;
  }
}
