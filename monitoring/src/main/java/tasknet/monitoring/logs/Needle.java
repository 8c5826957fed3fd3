package tasknet.monitoring.logs;

import java.nio.charset.StandardCharsets;

/**
 * A first look at the bytes of an entry, which spares reading its text: what it lets through still
 * has to be looked at. Letters match in either case.
 */
final class Needle {
  private final byte[] wanted;

  /**
   * @param text in lower case; a text that is not printable ASCII lets everything through
   */
  Needle(String text) {
    boolean isPlain = text.chars().allMatch(character -> character >= ' ' && character < 0x7f);
    wanted = isPlain ? text.getBytes(StandardCharsets.US_ASCII) : new byte[0];
  }

  boolean mayBeIn(byte[] bytes) {
    if (wanted.length == 0) {
      return true;
    }
    int last = bytes.length - wanted.length;
    for (int from = 0; from <= last; from++) {
      if (lower(bytes[from]) == wanted[0] && isAt(bytes, from)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAt(byte[] bytes, int from) {
    for (int index = 1; index < wanted.length; index++) {
      if (lower(bytes[from + index]) != wanted[index]) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
  }
}
