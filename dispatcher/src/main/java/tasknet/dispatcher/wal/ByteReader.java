package tasknet.dispatcher.wal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * Reads what a {@link ByteWriter} wrote. Each call throws IllegalArgumentException when the bytes
 * end too early, or are none of that kind.
 */
final class ByteReader {
  private static final int MORE = 0x80;

  private final ByteBuffer bytes;

  ByteReader(byte[] bytes, int from, int length) {
    this.bytes = ByteBuffer.wrap(bytes, from, length);
  }

  boolean isAtEnd() {
    return !bytes.hasRemaining();
  }

  int readByte() {
    need(1);
    return bytes.get();
  }

  long readLong() {
    need(Long.BYTES);
    return bytes.getLong();
  }

  double readDouble() {
    return Double.longBitsToDouble(readLong());
  }

  long readNumber() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = readByte();
      value |= (long) (next & ~MORE & 0xff) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }

  /** A number that is not negative and an int. */
  int readInt() {
    long value = readNumber();
    if (value != (int) value || value < 0) {
      throw new IllegalArgumentException("the number " + value + " is too large");
    }
    return (int) value;
  }

  String readText() {
    int length = readInt();
    need(length);
    String text = new String(bytes.array(), bytes.position(), length, UTF_8);
    bytes.position(bytes.position() + length);
    return text;
  }

  private void need(int length) {
    if (length > bytes.remaining()) {
      throw new IllegalArgumentException("a record ends too early");
    }
  }
}
