package tasknet.worker;

import org.jspecify.annotations.Nullable;

/** Texts from outside, made fit for a message or a log line. */
final class OneLine {
  private static final int REPLACEMENT = 0xFFFD;

  private OneLine() {}

  /**
   * Cuts a text between code points, puts spaces for control characters, and replaces halves of
   * surrogate pairs, which UTF-8 cannot express.
   *
   * @param longest in code points
   */
  static String of(@Nullable String text, int longest) {
    if (text == null || longest <= 0) {
      return "";
    }
    StringBuilder line = new StringBuilder(Math.min(text.length(), longest + 1));
    int index = 0;
    for (int count = 0; index < text.length() && count < longest; count++) {
      int point = text.codePointAt(index);
      index += Character.charCount(point);
      if (Character.isISOControl(point)) {
        line.append(' ');
      } else if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        line.appendCodePoint(REPLACEMENT);
      } else {
        line.appendCodePoint(point);
      }
    }
    if (index < text.length()) {
      line.setLength(line.offsetByCodePoints(line.length(), -1));
      line.append('…');
    }
    return line.toString();
  }
}
