package tasknet.dispatcher.wal;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The segments that were begun since the start, and how many tasks that were added in each are
 * still in memory. Only the log's thread begins, ends and deletes them.
 */
final class SegmentChain {
  /** No segment has this number. */
  private static final long NONE = -1;

  private final LogDisk disk;
  private final LogFolder folder;
  private final long segmentBytes;

  /** By number: how many of their tasks are still in memory. */
  private final ConcurrentSkipListMap<Long, AtomicInteger> live = new ConcurrentSkipListMap<>();

  private @Nullable OpenSegment current;
  private boolean broken;
  private long next = 1;

  /** The current segment while it is so small that it stays although nothing in it is needed. */
  private volatile long small = NONE;

  SegmentChain(LogDisk disk, LogFolder folder, long segmentBytes) {
    this.disk = disk;
    this.folder = folder;
    this.segmentBytes = segmentBytes;
  }

  /** The first segment is to have at least this number. */
  void startAt(long number) {
    next = number;
  }

  int size() {
    return live.size();
  }

  /** Only when there is one. */
  long oldest() {
    return live.firstKey();
  }

  /**
   * The segment for the next group: the current one, or a new one when that is full, or broken. The
   * one before it is cut to what is valid first, because only the last one may end otherwise.
   */
  OpenSegment ready() throws IOException {
    if (current != null && (broken || current.isFull())) {
      end(current);
    }
    if (current == null) {
      current = OpenSegment.create(disk, folder, next, segmentBytes);
      live.put(next, new AtomicInteger());
      next++;
      noteSize();
    }
    return current;
  }

  /** So many tasks were added in the current segment. */
  void added(OpenSegment segment, int tasks) {
    live.getOrDefault(segment.number(), new AtomicInteger()).addAndGet(tasks);
    noteSize();
  }

  /**
   * Any thread may call it.
   *
   * @return whether {@link #tidy} may have something to do
   */
  boolean release(long segment, int tasks) {
    AtomicInteger count = live.get(segment);
    return count != null && count.addAndGet(-tasks) <= 0 && segment != small;
  }

  /** After a group failed: it must not be there, and nobody knows what is in the file now. */
  void breakOff() {
    if (current != null) {
      broken = true;
      try {
        disk.cut(current.path(), current.size());
      } catch (IOException e) {
        // It is tried again before anything else is written.
      }
    }
  }

  /** Deletes the segments that nobody needs: the oldest ones, and the current if it is large. */
  void tidy() throws IOException {
    if (current != null && current.number() != small && isFree(live.get(current.number()))) {
      end(current);
    }
    for (Map.Entry<Long, AtomicInteger> oldest = live.firstEntry();
        oldest != null && isFree(oldest.getValue()) && !isCurrent(oldest.getKey());
        oldest = live.firstEntry()) {
      delete(oldest.getKey());
    }
  }

  /** Ends the current one for good; nothing follows. */
  void finish() throws IOException {
    if (current != null) {
      end(current);
    }
  }

  /** Deletes it, so that it does not come back, even when the machine dies. */
  private void delete(long segment) throws IOException {
    disk.delete(folder.file(segment));
    disk.force(folder.path());
    live.remove(segment);
  }

  /** An empty one gives its number back, so that a full disk is not filled with empty files. */
  private void end(OpenSegment segment) throws IOException {
    broken = true; // until this has worked
    segment.close();
    if (segment.isEmpty()) {
      disk.delete(segment.path());
      disk.force(folder.path());
      live.remove(segment.number());
      next = segment.number();
    } else {
      disk.cut(segment.path(), segment.size());
    }
    current = null;
    broken = false;
    small = NONE;
  }

  private void noteSize() {
    boolean isSmall = current != null && current.size() <= segmentBytes / 2;
    small = isSmall && current != null ? current.number() : NONE;
  }

  private boolean isCurrent(long segment) {
    return current != null && current.number() == segment;
  }

  private static boolean isFree(@Nullable AtomicInteger count) {
    return count != null && count.get() <= 0;
  }
}
