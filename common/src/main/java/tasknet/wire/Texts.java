package tasknet.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Texts as UTF-8 can carry them. */
final class Texts {
  private Texts() {}

  /** The text with a question mark for half a surrogate pair. */
  static String sendable(String text) {
    for (int index = 0; index < text.length(); index++) {
      if (Character.isSurrogate(text.charAt(index))) {
        return new String(text.getBytes(UTF_8), UTF_8);
      }
    }
    return text;
  }
}
