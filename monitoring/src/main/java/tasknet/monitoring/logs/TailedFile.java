package tasknet.monitoring.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Follows the end of one file, also after it has got another name. An entry is complete when the
 * next begins, or when nothing has come for a moment: a stack trace comes line by line.
 */
final class TailedFile {
  /** What more was written since the last look is passed over. */
  static final int MOST_AT_ONCE = 2 * 1024 * 1024;

  private static final long COMPLETE_AFTER = Duration.ofMillis(300).toNanos();
  private static final int PIECE = 64 * 1024;

  /** At least so many a head has, of which the last line may have only some. */
  private static final int HEAD_BYTES = 64;

  private LogFile file;
  private long offset;
  private byte[] rest = new byte[0]; // a line that has no end yet, or the entry it belongs to
  private boolean cut;
  private long lastGrowth;

  /** What a look found: entries in their order, and whether some before them were passed over. */
  record Found(List<RawEntry> entries, boolean passedOver) {}

  /**
   * @param offset from which on it is new
   */
  TailedFile(LogFile file, long offset) {
    this.file = file;
    this.offset = offset;
  }

  /** As the folder lists it now. */
  void seen(LogFile now) {
    file = now;
    if (now.size() < offset) { // somebody emptied it
      offset = 0;
      rest = new byte[0];
    }
  }

  LogFile file() {
    return file;
  }

  /** Whether there is nothing to wait for, once nobody writes it any more. */
  boolean finished() {
    return rest.length == 0 && offset >= file.size();
  }

  /** Reads what is new. */
  Found read(long now) throws IOException {
    boolean passedOver = false;
    List<RawEntry> found = new ArrayList<>();
    if (file.size() > offset) {
      lastGrowth = now;
      if (file.size() - offset > MOST_AT_ONCE) {
        offset = file.size() - MOST_AT_ONCE;
        rest = new byte[0];
        cut = true; // what begins there is the rest of something
        passedOver = true;
      }
      readTo(file.size(), found);
    } else if (rest.length > 0 && now - lastGrowth > COMPLETE_AFTER && endsLine()) {
      found.add(entry(rest.length));
      rest = new byte[0];
    }
    return new Found(found, passedOver);
  }

  private boolean endsLine() {
    return rest[rest.length - 1] == '\n' || rest.length >= RawEntry.KEPT;
  }

  private void readTo(long size, List<RawEntry> found) throws IOException {
    try (FileChannel channel = file.open()) {
      LogFile opened = LogFile.of(file.path());
      if (opened == null || !file.isSame(opened)) {
        return; // it was rolled in this moment, and is found under its new name
      }
      while (offset < size) {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, size - offset));
        int count = channel.read(piece, offset);
        if (count <= 0) {
          return;
        }
        offset += count;
        take(piece.array(), count, found);
      }
    }
  }

  /** Splits what is there into entries; the last one stays, for it may go on. */
  private void take(byte[] piece, int count, List<RawEntry> found) {
    byte[] all = Arrays.copyOf(rest, rest.length + count);
    System.arraycopy(piece, 0, all, rest.length, count);
    int looked = Math.max(1, rest.length - HEAD_BYTES);
    int begin = 0;
    rest = all;
    for (int index = looked; index < all.length; index++) {
      if (all[index - 1] == '\n' && LineHead.at(all, index, all.length) != null) {
        add(begin, index, found);
        begin = index;
      }
    }
    rest = Arrays.copyOfRange(all, begin, all.length);
    if (rest.length > 2 * RawEntry.KEPT) {
      shorten();
    }
  }

  private void add(int begin, int end, List<RawEntry> found) {
    if (cut && LineHead.at(rest, begin, end) == null) {
      cut = false;
      return; // the rest of what was passed over
    }
    byte[] whole = rest;
    rest = Arrays.copyOfRange(whole, begin, end);
    found.add(entry(rest.length));
    rest = whole;
    cut = false;
  }

  /** Of a huge entry the beginning is kept, and its last bytes, in which the next one may begin. */
  private void shorten() {
    byte[] kept = Arrays.copyOf(rest, RawEntry.KEPT + PIECE);
    System.arraycopy(rest, rest.length - PIECE, kept, RawEntry.KEPT, PIECE);
    rest = kept;
  }

  private RawEntry entry(int length) {
    int most = Math.min(length, RawEntry.KEPT);
    return new RawEntry(
        offset - length,
        offset,
        LineHead.at(rest, 0, length),
        Arrays.copyOf(rest, most),
        length > most);
  }
}
