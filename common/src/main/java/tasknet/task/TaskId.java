package tasknet.task;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a task: a ULID, 48 bits of milliseconds since 1970 and 80 bits of chance, so that
 * ids sort by the time of submission. Its text is 26 characters of Crockford's base 32.
 *
 * @param high the time and the first 16 bits of chance
 * @param low the last 64 bits of chance
 * @see <a href="https://github.com/ulid/spec">ULID</a>
 */
public record TaskId(long high, long low) implements Comparable<TaskId> {
  /** Characters in the text of an id. */
  public static final int LENGTH = 26;

  private static final byte[] ALPHABET =
      "0123456789ABCDEFGHJKMNPQRSTVWXYZ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VALUES = new byte[128];

  static {
    java.util.Arrays.fill(VALUES, (byte) -1);
    for (int value = 0; value < 32; value++) {
      VALUES[ALPHABET[value]] = (byte) value;
      VALUES[Character.toLowerCase(ALPHABET[value])] = (byte) value;
    }
  }

  /**
   * Reads the text of an id, in upper or lower case.
   *
   * @throws InvalidValueException if it is not an id
   */
  public static TaskId parse(String text) {
    TaskId id =
        text.length() == LENGTH ? readOrNull(text.getBytes(StandardCharsets.UTF_8), 0) : null;
    if (id == null) {
      throw malformed(text);
    }
    return id;
  }

  /** Reads the {@link #LENGTH} characters from there on; null when they are not an id. */
  public static @Nullable TaskId readOrNull(byte[] text, int from) {
    if (text[from] > '7') {
      return null;
    }
    long high = 0;
    long low = 0;
    for (int index = from; index < from + LENGTH; index++) {
      int value = text[index] < 0 ? -1 : VALUES[text[index]];
      if (value < 0) {
        return null;
      }
      high = high << 5 | low >>> 59;
      low = low << 5 | value;
    }
    return new TaskId(high, low);
  }

  private static InvalidValueException malformed(String text) {
    return new InvalidValueException("id", text, "a task id of 26 characters (0-9, A-Z, a ULID)");
  }

  /** When the task was submitted, in milliseconds since 1970. */
  public long epochMillis() {
    return high >>> 16;
  }

  /** Written out, as the next one is, because a record's own is slower and this one is hot. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TaskId id && high == id.high && low == id.low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(31 * high + low);
  }

  @Override
  public int compareTo(TaskId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** Writes its {@link #LENGTH} characters from there on. */
  public void write(byte[] to, int from) {
    long restHigh = high;
    long restLow = low;
    for (int index = from + LENGTH - 1; index >= from; index--) {
      to[index] = ALPHABET[(int) restLow & 31];
      restLow = restLow >>> 5 | restHigh << 59;
      restHigh >>>= 5;
    }
  }

  @Override
  public String toString() {
    byte[] text = new byte[LENGTH];
    write(text, 0);
    return new String(text, StandardCharsets.ISO_8859_1);
  }
}
