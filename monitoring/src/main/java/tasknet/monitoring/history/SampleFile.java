package tasknet.monitoring.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a {@link SampleRing} in a file of always the same size. After a head there is a
 * place for each: its second, its values and a checksum over both, so that one that was half
 * written is not taken for one.
 */
final class SampleFile implements AutoCloseable {
  private static final byte[] MAGIC = "TASKNET1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD_BYTES = 64;
  private static final int RECORD_BYTES = Long.BYTES + Series.COUNT * Float.BYTES + Integer.BYTES;
  private static final long FILE_BYTES = HEAD_BYTES + (long) RECORD_BYTES * SampleRing.CAPACITY;

  private final FileChannel file;

  private SampleFile(FileChannel file) {
    this.file = file;
  }

  /**
   * Opens a file, which is made when there is none, and of which nobody else may be the writer.
   *
   * @param ring gets what the file has
   * @param remarks told what is wrong with it, in words for a person
   * @throws IOException if it cannot be opened or has no room
   */
  static SampleFile open(Path path, SampleRing ring, Consumer<String> remarks) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (!isFree(channel)) {
        throw new IOException(path + " is written by another monitoring");
      }
      SampleFile opened = new SampleFile(channel);
      if (channel.size() == FILE_BYTES
          && Arrays.equals(head().array(), read(channel, 0, HEAD_BYTES))) {
        opened.load(ring, remarks);
      } else {
        if (channel.size() > 0) {
          remarks.accept(path + " is of another version or broken off; it begins anew");
        }
        opened.begin();
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  void write(Sample sample) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);
    record.putLong(sample.second());
    for (float value : sample.values()) {
      record.putFloat(value);
    }
    record.putInt(sum(record.array()));
    write(record.flip(), at(SampleRing.place(sample.second())));
  }

  /** All that a ring has, after samples were not written for a while. */
  void writeAll(SampleRing ring) throws IOException {
    for (int place = 0; place < SampleRing.CAPACITY; place++) {
      Sample sample = ring.at(place);
      if (sample != null) {
        write(sample);
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void load(SampleRing ring, Consumer<String> remarks) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(read(file, HEAD_BYTES, (int) FILE_BYTES - HEAD_BYTES));
    int broken = 0;
    for (int place = 0; place < SampleRing.CAPACITY; place++) {
      byte[] record = new byte[RECORD_BYTES];
      all.get(record);
      Sample sample = sample(record);
      if (sample != null && SampleRing.place(sample.second()) == place) {
        ring.put(sample);
      } else if (!isEmpty(record)) {
        broken++;
      }
    }
    if (broken > 0) {
      remarks.accept(broken + " samples of the history cannot be read and are passed over");
    }
  }

  /** Everything is written once, so that a disk that is full later has room for it. */
  private void begin() throws IOException {
    file.truncate(0);
    write(ByteBuffer.allocate((int) FILE_BYTES), 0);
    write(head(), 0);
  }

  private static @Nullable Sample sample(byte[] record) {
    ByteBuffer buffer = ByteBuffer.wrap(record);
    long second = buffer.getLong();
    float[] values = new float[Series.COUNT];
    for (int index = 0; index < values.length; index++) {
      values[index] = buffer.getFloat();
    }
    return !isEmpty(record) && buffer.getInt() == sum(record) && second % SampleRing.STEP == 0
        ? new Sample(second, values)
        : null;
  }

  private static boolean isEmpty(byte[] record) {
    for (byte each : record) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  /** Of all but the sum itself. */
  private static int sum(byte[] record) {
    CRC32 sum = new CRC32();
    sum.update(record, 0, RECORD_BYTES - Integer.BYTES);
    return (int) sum.getValue();
  }

  private static ByteBuffer head() {
    return ByteBuffer.allocate(HEAD_BYTES)
        .put(MAGIC)
        .putInt(SampleRing.STEP)
        .putInt(SampleRing.CAPACITY)
        .putInt(Series.COUNT)
        .rewind();
  }

  private static long at(int place) {
    return HEAD_BYTES + (long) place * RECORD_BYTES;
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null; // until the channel is closed
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private void write(ByteBuffer bytes, long from) throws IOException {
    long at = from;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }

  private static byte[] read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("the history became shorter while it was read");
      }
    }
    return bytes.array();
  }
}
