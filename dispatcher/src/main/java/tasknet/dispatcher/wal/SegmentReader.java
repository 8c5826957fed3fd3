package tasknet.dispatcher.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import tasknet.dispatcher.store.StoreException;

/**
 * Reads a segment, also while it is being written. It tells what a crash leaves, which is passed
 * over, from damage, which is not: a crash leaves one unfinished group at the end of the last one.
 */
final class SegmentReader {
  private static final String ADVICE =
      "; restore a backup, or move it away to start without the tasks in it";

  private static final long MOST_BYTES = Integer.MAX_VALUE - 16;

  private final Path file;
  private final boolean last;
  private final Frames frames;
  private final Consumer<LogRecord> records;

  /**
   * @param last whether it is the last segment
   * @param records told each record in its order
   */
  SegmentReader(Path file, long number, boolean last, Consumer<LogRecord> records) {
    this.file = file;
    this.last = last;
    this.frames = new Frames(number);
    this.records = records;
  }

  /**
   * Where what is valid ends.
   *
   * @param bytes that are valid; 0 when not even the header is
   * @param torn bytes after these that an unfinished write left; zeros at the end do not count
   */
  record End(long bytes, long torn) {}

  /**
   * @throws StoreException if it cannot be used; the message names it and says what to do
   * @throws java.nio.file.NoSuchFileException if it is not there any more
   */
  End read() throws IOException {
    byte[] bytes = load();
    if (frames.check(bytes) == Frames.Header.TORN && last) {
      return new End(0, Frames.zerosAtEnd(bytes));
    }
    refuseOthers(bytes);
    int doubted = 0;
    int at = Frames.HEADER_BYTES;
    while (true) {
      at = readFrames(bytes, at);
      if (at == bytes.length) {
        return new End(at, 0);
      }
      if (!last || (doubted == at && goesOnAfter(at, bytes))) {
        throw unusable("it is damaged at byte " + at);
      }
      if (!goesOnAfter(at, bytes)) {
        return new End(at, Math.max(0, Frames.zerosAtEnd(bytes) - at));
      }
      doubted = at; // or a dispatcher has written this group and the next one while it was read
      bytes = load();
    }
  }

  private byte[] load() throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw unusable("it is too large for a segment of the log of tasks");
    }
    return Files.readAllBytes(file);
  }

  private void refuseOthers(byte[] bytes) {
    switch (frames.check(bytes)) {
      case GOOD -> {}
      case TORN, DAMAGED -> throw unusable("it is damaged at byte 0");
      case FOREIGN ->
          throw new StoreException(
              file
                  + " cannot be used: it is no segment of the log of tasks;"
                  + " move it out of the data folder");
      case OTHER_VERSION ->
          throw new StoreException(
              file
                  + " cannot be used: its format has version "
                  + Frames.versionOf(bytes)
                  + ", and this Tasknet knows version "
                  + Frames.VERSION
                  + "; start the Tasknet that wrote it, which brings its tasks into the store when"
                  + " it is stopped");
    }
  }

  /** Answers the place after the last valid frame. */
  private int readFrames(byte[] bytes, int from) {
    int at = from;
    for (int length = frames.check(bytes, at); length > 0; length = frames.check(bytes, at)) {
      int first = Frames.recordsOf(at);
      readRecords(new ByteReader(bytes, first, at + length - first), at);
      at += length;
    }
    return at;
  }

  private void readRecords(ByteReader in, int at) {
    while (!in.isAtEnd()) {
      LogRecord entry;
      try {
        entry = LogCodec.read(in);
      } catch (RuntimeException e) {
        throw unusable("it has an unknown record at byte " + at + " (" + e.getMessage() + ")");
      }
      records.accept(entry);
    }
  }

  /** Whether a later group than the one that ends there is valid; then that one was finished. */
  private boolean goesOnAfter(int bad, byte[] bytes) {
    int end = Frames.zerosAtEnd(bytes);
    for (int at = bad + 1; at < end; at++) {
      if (frames.check(bytes, at) > 0 && Frames.groupOf(bytes, at) > bad) {
        return true;
      }
    }
    return false;
  }

  private StoreException unusable(String reason) {
    return new StoreException(file + " cannot be used: " + reason + ADVICE);
  }
}
