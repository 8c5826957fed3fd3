package tasknet.monitoring.logs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Finds an instant in a file by halving, so that what is newer need not be read. */
final class TimeSeek {
  /** Entries need not stand exactly in the order of their times. */
  private static final Duration DISORDER = Duration.ofMinutes(1);

  private static final int CLOSE_ENOUGH = 64 * 1024;
  private static final int[] PIECES = {4 * 1024, CLOSE_ENOUGH};

  private final FileChannel file;
  private final ReadBudget budget;

  TimeSeek(FileChannel file, ReadBudget budget) {
    this.file = file;
    this.budget = budget;
  }

  private record Found(long offset, LineHead head) {}

  /**
   * An offset from which on there is nothing older than the instant; 0 when all of it is newer.
   *
   * @param size of the file, or where its part ends that is looked at
   */
  long after(Instant instant, long size) throws IOException {
    Instant newer = instant.plus(DISORDER);
    long low = 0;
    long high = size;
    Found first = from(0, high);
    if (first != null && first.offset() == 0 && first.head().time().isAfter(newer)) {
      return 0;
    }
    while (high - low > CLOSE_ENOUGH && budget.allows(2 * CLOSE_ENOUGH)) {
      long middle = low + (high - low) / 2;
      Found found = from(middle, high);
      if (found != null && found.head().time().isAfter(newer)) {
        high = found.offset();
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** The first entry that begins at an offset or after it; null when none does nearby. */
  private @Nullable Found from(long offset, long end) throws IOException {
    for (int piece : PIECES) {
      // With the byte before it, which tells whether a line begins there.
      long start = Math.max(0, offset - 1);
      byte[] bytes = budget.read(file, start, (int) Math.min(piece, end - start));
      for (int index = (int) (offset - start); index < bytes.length; index++) {
        boolean beginsLine = index == 0 || bytes[index - 1] == '\n';
        LineHead head = beginsLine ? LineHead.at(bytes, index, bytes.length) : null;
        if (head != null) {
          return new Found(start + index, head);
        }
      }
    }
    return null;
  }
}
