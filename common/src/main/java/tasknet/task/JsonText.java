package tasknet.task;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * One JSON value as text, on one line: payloads and results pass through Tasknet as they came,
 * without a second parse, so that no number loses digits. Whoever makes one has checked it.
 *
 * @param text valid JSON; line breaks between its parts become spaces (inside strings they are
 *     escaped), and half a surrogate pair, which UTF-8 cannot carry, becomes an escape
 */
public record JsonText(String text) {
  /** The JSON value {@code null}. */
  public static final JsonText NULL = new JsonText("null");

  public JsonText {
    text = sendable(text);
  }

  private static String sendable(String text) {
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      if (character < ' ' || Character.isSurrogate(character)) {
        return rewritten(text);
      }
    }
    return text;
  }

  private static String rewritten(String text) {
    StringBuilder sendable = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            point -> {
              if (point == '\n' || point == '\r') {
                sendable.append(' ');
              } else if (Character.MIN_SURROGATE <= point && point <= Character.MAX_SURROGATE) {
                sendable.append(String.format("\\u%04x", point));
              } else {
                sendable.appendCodePoint(point);
              }
            });
    return sendable.toString();
  }

  /** Its length in UTF-8, in bytes. */
  public int bytes() {
    return text.getBytes(UTF_8).length;
  }

  /** Whether it has at most so many bytes in UTF-8. */
  public boolean fitsInto(int bytes) {
    // Most texts are so short that they need not be counted: no character has more than 3 bytes.
    return text.length() <= bytes / 3 || bytes() <= bytes;
  }

  @Override
  public String toString() {
    return text;
  }
}
