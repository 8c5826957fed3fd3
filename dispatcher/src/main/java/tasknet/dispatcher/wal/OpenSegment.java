package tasknet.dispatcher.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The segment that is being written. It is filled with zeros ahead of what is written, because a
 * disk takes bytes faster into a file that need not grow for them.
 */
final class OpenSegment {
  private static final int ZEROS_AHEAD = 1 << 20;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ZEROS_AHEAD).asReadOnlyBuffer();

  private final long number;
  private final Path path;
  private final Frames frames;
  private final LogDisk.LogFile file;
  private final long mostBytes;
  private long size = Frames.HEADER_BYTES;
  private long filled;

  private OpenSegment(long number, Path path, long mostBytes, LogDisk.LogFile file) {
    this.number = number;
    this.path = path;
    this.frames = new Frames(number);
    this.mostBytes = mostBytes;
    this.file = file;
  }

  /**
   * It is on the disk, without a frame, when this returns.
   *
   * @param mostBytes to which it is filled with zeros at most
   */
  static OpenSegment create(LogDisk disk, LogFolder folder, long number, long mostBytes)
      throws IOException {
    Path path = folder.file(number);
    OpenSegment segment = new OpenSegment(number, path, mostBytes, disk.create(path));
    try {
      segment.file.write(segment.frames.header(), 0);
      segment.fillAfter(segment.size);
      segment.file.force();
      disk.force(folder.path());
      return segment;
    } catch (IOException | RuntimeException | Error e) {
      segment.close();
      throw e;
    }
  }

  long number() {
    return number;
  }

  Path path() {
    return path;
  }

  Frames frames() {
    return frames;
  }

  /** Bytes that are in use; zeros may follow. */
  long size() {
    return size;
  }

  boolean isEmpty() {
    return size == Frames.HEADER_BYTES;
  }

  boolean isFull() {
    return size >= mostBytes;
  }

  /** Appends a group; it is on the disk when this returns. */
  void write(ByteBuffer group) throws IOException {
    long end = size + group.remaining();
    file.write(group, size);
    fillAfter(end);
    file.force();
    size = end;
  }

  /** What was written stays. */
  void close() {
    try {
      file.close();
    } catch (IOException e) {
      // What is on the disk is there, and whoever closes this cuts the file by its name.
    }
  }

  private void fillAfter(long end) {
    if (end <= filled) {
      return;
    }
    long until = Math.min(end + ZEROS_AHEAD, mostBytes);
    if (until > end) {
      try {
        file.write(ZEROS.slice(0, (int) (until - end)), end);
      } catch (IOException e) {
        // It is only faster with them; without room for zeros, the next group tells.
      }
    }
    filled = Math.max(end, until);
  }
}
