package tasknet.dispatcher.wal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * How a segment is laid out.
 *
 * <p>The header: 8 characters that say what it is, the version of the format (4 bytes), the
 * segment's number (8), and the checksum of these (4). Then frames, one for each append: the length
 * of what follows the checksum (4), the checksum (4), how far before the frame the group began in
 * which it was written (4), and the records. After the last frame there may be zeros.
 *
 * <p>A frame's checksum is also of its place, so nothing else that looks like a frame is taken for
 * one. The group tells damage from a write that was cut short: a group is written only when the one
 * before is on the disk, but the parts of one group reach it in any order.
 */
final class Frames {
  static final int HEADER_BYTES = 24;
  static final int VERSION = 1;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final byte[] MAGIC = "TASKNETL".getBytes(US_ASCII);
  private static final int BEFORE_CHECKSUM = 20;
  private static final int CHECKED_HEADER_BYTES = HEADER_BYTES - Integer.BYTES;
  private static final int LENGTH_BYTES = 2 * Integer.BYTES;
  private static final int LEAST_BYTES = 2 * Integer.BYTES + Integer.BYTES + 1;

  private final long segment;
  private final CRC32C checksum = new CRC32C();
  private final ByteBuffer place = ByteBuffer.allocate(BEFORE_CHECKSUM);

  Frames(long segment) {
    this.segment = segment;
  }

  /** What a header is found to be. */
  enum Header {
    GOOD,
    /** Its writing was cut short. */
    TORN,
    FOREIGN,
    OTHER_VERSION,
    DAMAGED
  }

  /** The header of a new segment. */
  ByteBuffer header() {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.put(MAGIC).putInt(VERSION).putLong(segment);
    return header.putInt(checksumOf(header.array())).flip();
  }

  Header check(byte[] file) {
    byte[] expected = header().array();
    if (startsWith(file, expected, HEADER_BYTES)) {
      return Header.GOOD;
    }
    int end = zerosAtEnd(file);
    if (end < HEADER_BYTES && startsWith(file, expected, end)) {
      return Header.TORN;
    }
    if (file.length < HEADER_BYTES || !startsWith(file, MAGIC, MAGIC.length)) {
      return Header.FOREIGN;
    }
    return versionOf(file) == VERSION ? Header.DAMAGED : Header.OTHER_VERSION;
  }

  private static boolean startsWith(byte[] file, byte[] expected, int length) {
    return file.length >= length && Arrays.equals(file, 0, length, expected, 0, length);
  }

  /**
   * Begins a frame; its records are to be written after it.
   *
   * @param sinceGroup how many bytes of its group are before it
   */
  void begin(ByteWriter out, int sinceGroup) {
    out.putLong(0); // length and checksum, by end()
    out.putInt(sinceGroup);
  }

  /**
   * Ends a frame.
   *
   * @param from where in {@code out} it began
   * @param at where in the segment that is
   */
  void end(ByteWriter out, int from, long at) {
    int length = out.size() - from - LENGTH_BYTES;
    out.setInt(from, length);
    out.setInt(from + Integer.BYTES, checksumOf(at, out.bytes(), from + LENGTH_BYTES, length));
  }

  /** How many bytes the frame at that place has, all in all; -1 when there is none. */
  int check(byte[] file, int at) {
    if (at > file.length - LEAST_BYTES) {
      return -1;
    }
    int length = intAt(file, at);
    if (length <= Integer.BYTES || length > file.length - at - LENGTH_BYTES) {
      return -1;
    }
    int group = groupOf(file, at);
    int kind = file[recordsOf(at)];
    if (group < HEADER_BYTES || group > at || kind < LogCodec.ADDED || kind > LogCodec.LEFT) {
      return -1; // so what is no frame is mostly found out without a look at all its bytes
    }
    int expected = intAt(file, at + Integer.BYTES);
    return checksumOf(at, file, at + LENGTH_BYTES, length) == expected ? LENGTH_BYTES + length : -1;
  }

  /** Where the group began in which the frame at that place was written. */
  static int groupOf(byte[] file, int at) {
    return at - intAt(file, at + LENGTH_BYTES);
  }

  /** Where the records begin of the frame at that place. */
  static int recordsOf(int at) {
    return at + LENGTH_BYTES + Integer.BYTES;
  }

  /** The version that stands in a header. */
  static int versionOf(byte[] file) {
    return intAt(file, MAGIC.length);
  }

  /** Where the zeros begin that a file ends with; its length when there are none. */
  static int zerosAtEnd(byte[] file) {
    int end = file.length;
    while (end > 0 && file[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private static int intAt(byte[] bytes, int place) {
    return (int) INT.get(bytes, place);
  }

  private int checksumOf(byte[] header) {
    checksum.reset();
    checksum.update(header, 0, CHECKED_HEADER_BYTES);
    return (int) checksum.getValue();
  }

  private int checksumOf(long at, byte[] bytes, int from, int length) {
    checksum.reset();
    checksum.update(place.clear().putLong(segment).putLong(at).putInt(length).flip());
    checksum.update(bytes, from, length);
    return (int) checksum.getValue();
  }
}
