package tasknet.monitoring.logs;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.BooleanSupplier;

/** How much one request may read of all files together, and until when; it counts every byte. */
final class ReadBudget {
  private final long limit;
  private final BooleanSupplier over;
  private long used;

  /**
   * @param limit in bytes
   */
  ReadBudget(long limit) {
    this(limit, () -> false);
  }

  /**
   * @param limit in bytes
   * @param over whether the time is over
   */
  ReadBudget(long limit, BooleanSupplier over) {
    this.limit = limit;
    this.over = over;
  }

  /** Whether the next bytes still fit; the last few of a page are read in any case. */
  boolean allows(int bytes) {
    return used + bytes <= limit && (used == 0 || !over.getAsBoolean());
  }

  /** Bytes that were read. */
  long used() {
    return used;
  }

  /**
   * Reads a piece of a file.
   *
   * @throws EOFException if the file has become shorter than that
   */
  byte[] read(FileChannel file, long from, int length) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(length);
    while (piece.hasRemaining()) {
      int count = file.read(piece, from + piece.position());
      if (count < 0) {
        throw new EOFException("it became shorter while it was read");
      }
      used += count;
    }
    return piece.array();
  }
}
