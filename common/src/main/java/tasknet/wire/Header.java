package tasknet.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tasknet.registry.WorkerId;
import tasknet.task.InvalidValueException;

/**
 * The first line of a datagram:
 *
 * <pre>TN1 NODE EPOCH SEQUENCE [KEY-ID MAC]\n</pre>
 *
 * @param node who sent it; same alphabet and length as a {@link WorkerId}
 * @param epoch which start of that process sent it; greater with each start
 * @param sequence 0 for the first datagram of an epoch, one more for each
 */
public record Header(String node, long epoch, long sequence) {
  /** The first word of every datagram: the name and the version of the protocol. */
  static final String MAGIC = "TN1";

  /** The longest header line that is looked at, in bytes. */
  static final int MAX_LENGTH = 256;

  byte[] encode() {
    return (MAGIC + ' ' + node + ' ' + epoch + ' ' + sequence + '\n')
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads a header line.
   *
   * @return the header, or what is wrong with it
   */
  static Parsed parse(byte[] data, int length) {
    int end = indexOf(data, Math.min(length, MAX_LENGTH), (byte) '\n');
    if (end < 0) {
      return new Parsed(null, 0, Drop.MALFORMED);
    }
    String[] words = new String(data, 0, end, StandardCharsets.ISO_8859_1).split(" ", -1);
    if (!words[0].equals(MAGIC)) {
      return new Parsed(null, 0, words[0].startsWith("TN") ? Drop.VERSION : Drop.MALFORMED);
    }
    if (words.length != 4 && words.length != 6) {
      return new Parsed(null, 0, Drop.MALFORMED);
    }
    try {
      String node = new WorkerId(words[1]).name();
      return new Parsed(new Header(node, number(words[2]), number(words[3])), end + 1, null);
    } catch (InvalidValueException | NumberFormatException e) {
      return new Parsed(null, 0, Drop.MALFORMED);
    }
  }

  private static long number(String word) {
    if (word.startsWith("-") || word.startsWith("+")) {
      throw new NumberFormatException("signed");
    }
    return Long.parseLong(word);
  }

  private static int indexOf(byte[] data, int length, byte wanted) {
    for (int index = 0; index < length; index++) {
      if (data[index] == wanted) {
        return index;
      }
    }
    return -1;
  }

  /** A header and where the body begins, or why there is none. */
  record Parsed(@Nullable Header header, int bodyStart, @Nullable Drop drop) {}
}
