package tasknet.monitoring.logs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of one file from a place backwards, in blocks, and holds no more of it than a
 * block and the first {@link RawEntry#KEPT} bytes of an entry, however long that is.
 */
final class BackwardReader {
  private static final int FIRST_BLOCK = 8 * 1024;
  private static final int BLOCK = 64 * 1024;

  /** After so many bytes without the head of an entry it is asked whether this is a log at all. */
  private static final long SUSPICIOUS = 1024 * 1024;

  /** Where a reader stands after a step. */
  enum Step {
    ENTRY,
    BEGINNING_OF_FILE,
    OUT_OF_BUDGET
  }

  private final FileChannel file;
  private final ReadBudget budget;
  private long end;
  private boolean cut;
  private byte[] window = new byte[0]; // the bytes of the file from windowStart on
  private long windowStart;
  private int length; // of what is used of the window
  private int candidate; // the next index in the window at which an entry may begin
  private int block = FIRST_BLOCK;
  private boolean isLog;
  private @Nullable RawEntry entry;

  BackwardReader(FileChannel file, RawEntry.Mark from, ReadBudget budget) {
    this.file = file;
    this.budget = budget;
    this.end = from.offset();
    this.cut = from.cut();
    this.windowStart = end;
  }

  /** Goes to the entry before the present one. */
  Step step() throws IOException {
    entry = null;
    if (end == 0) {
      return Step.BEGINNING_OF_FILE;
    }
    while (true) {
      for (; candidate > 0; candidate--) {
        LineHead head = window[candidate - 1] == '\n' ? headAt(candidate) : null;
        if (head != null) {
          return found(candidate, head);
        }
      }
      if (windowStart == 0) {
        return found(0, headAt(0));
      }
      if (!isLog && end - windowStart >= SUSPICIOUS && !looksLikeLog()) {
        return found(0, null);
      }
      if (!readBlock()) {
        return Step.OUT_OF_BUDGET;
      }
    }
  }

  /** The entry of the last step. */
  RawEntry entry() {
    if (entry == null) {
      throw new IllegalStateException("there is none");
    }
    return entry;
  }

  /** Where another reader can go on with what comes after the present entry. */
  RawEntry.Mark mark() {
    // What was looked through in vain is not to be read again, but for the part that is shown.
    boolean inVain = candidate == 0;
    long near = inVain ? Math.min(end, windowStart + RawEntry.KEPT) : end;
    return new RawEntry.Mark(near, cut || near < end);
  }

  private @Nullable LineHead headAt(int index) {
    return LineHead.at(window, index, length);
  }

  private Step found(int index, @Nullable LineHead head) {
    int most = Math.min(length, index + RawEntry.KEPT);
    long start = windowStart + index;
    boolean more = cut || end - start > most - index;
    entry = new RawEntry(start, end, head, Arrays.copyOfRange(window, index, most), more);
    end = start;
    cut = false;
    length = index;
    candidate = index - 1;
    return Step.ENTRY;
  }

  private boolean readBlock() throws IOException {
    int size = (int) Math.min(block, windowStart);
    if (!budget.allows(size)) {
      return false;
    }
    byte[] read = budget.read(file, windowStart - size, size);
    if (windowStart == end && read[size - 1] != '\n') {
      cut = true; // its last line is not written to its end
    }
    int kept = Math.min(length, RawEntry.KEPT);
    byte[] joined = Arrays.copyOf(read, size + kept);
    System.arraycopy(window, 0, joined, size, kept);
    window = joined;
    length = joined.length;
    windowStart -= size;
    candidate = Math.min(size, length - 1);
    block = BLOCK;
    return true;
  }

  /** Something else may lie in the folder, and one look at its beginning is enough for it. */
  private boolean looksLikeLog() throws IOException {
    byte[] beginning = budget.read(file, 0, (int) Math.min(RawEntry.KEPT, windowStart));
    isLog = LineHead.at(beginning, 0, beginning.length) != null;
    for (int index = 1; index < beginning.length && !isLog; index++) {
      isLog =
          beginning[index - 1] == '\n' && LineHead.at(beginning, index, beginning.length) != null;
    }
    if (!isLog) {
      window = beginning;
      length = beginning.length;
      windowStart = 0;
    }
    return isLog;
  }
}
