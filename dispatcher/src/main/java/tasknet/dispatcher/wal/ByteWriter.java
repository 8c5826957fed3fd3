package tasknet.dispatcher.wal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that are written one after the other; used again and again, so it allocates little. */
final class ByteWriter {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int FIRST_BYTES = 64 << 10;

  /** What is larger when it is emptied is given back. */
  private static final int KEPT_BYTES = 8 << 20;

  private static final int MOST_BYTES = 64 << 20;
  private static final int LONGEST_NUMBER = 10;
  private static final int MORE = 0x80;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  int size() {
    return size;
  }

  byte[] bytes() {
    return bytes;
  }

  /** What was written; a view of it. */
  ByteBuffer written() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  void clear() {
    size = 0;
    if (bytes.length > KEPT_BYTES) {
      bytes = new byte[FIRST_BYTES];
    }
  }

  /** Forgets what was written after that place. */
  void cut(int place) {
    size = place;
  }

  void putByte(int value) {
    makeRoom(1);
    bytes[size++] = (byte) value;
  }

  void putInt(int value) {
    makeRoom(Integer.BYTES);
    INT.set(bytes, size, value);
    size += Integer.BYTES;
  }

  /** Overwrites what is there. */
  void setInt(int place, int value) {
    INT.set(bytes, place, value);
  }

  void putLong(long value) {
    makeRoom(Long.BYTES);
    LONG.set(bytes, size, value);
    size += Long.BYTES;
  }

  void putDouble(double value) {
    putLong(Double.doubleToRawLongBits(value));
  }

  /** A number that is mostly small and not negative, seven bits to the byte; any is allowed. */
  void putNumber(long value) {
    makeRoom(LONGEST_NUMBER);
    long rest = value;
    while ((rest & -MORE) != 0) {
      bytes[size++] = (byte) (rest | MORE);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void putText(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    putNumber(utf8.length);
    makeRoom(utf8.length);
    System.arraycopy(utf8, 0, bytes, size, utf8.length);
    size += utf8.length;
  }

  /**
   * @throws IllegalArgumentException if it would be too much
   */
  private void makeRoom(int more) {
    if (more > bytes.length - size) {
      if (more > MOST_BYTES - size) {
        throw new IllegalArgumentException("more than " + MOST_BYTES + " bytes at once");
      }
      bytes = Arrays.copyOf(bytes, Math.max(size + more, Math.min(2 * bytes.length, MOST_BYTES)));
    }
  }
}
