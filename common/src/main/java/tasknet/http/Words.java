package tasknet.http;

import org.jspecify.annotations.Nullable;

/** Texts of ASCII that come again and again, to be found by their bytes. Never changes. */
public final class Words {
  private static final int PLACES = 256;

  private final @Nullable String[] byPlace = new @Nullable String[PLACES];

  /**
   * @throws IllegalArgumentException if two of them have the same place
   */
  public Words(String... words) {
    for (String word : words) {
      int length = word.length();
      int place = place((byte) word.charAt(0), (byte) word.charAt(length - 1), length);
      if (byPlace[place] != null) {
        throw new IllegalArgumentException(word + " would be where " + byPlace[place] + " is");
      }
      byPlace[place] = word;
    }
  }

  /** The word that stands from one byte to before another; null when it is none of them. */
  @Nullable String find(byte[] text, int from, int to) {
    int length = to - from;
    if (length == 0) {
      return null;
    }
    String word = byPlace[place(text[from], text[to - 1], length)];
    if (word == null || word.length() != length) {
      return null;
    }
    for (int index = 0; index < length; index++) {
      if (word.charAt(index) != text[from + index]) {
        return null;
      }
    }
    return word;
  }

  private static int place(byte first, byte last, int length) {
    return 31 * (31 * first + last) + length & PLACES - 1;
  }
}
