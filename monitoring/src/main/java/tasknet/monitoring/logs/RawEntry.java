package tasknet.monitoring.logs;

import org.jspecify.annotations.Nullable;

/**
 * An event as it stands in its file: its line and the lines after it that begin none.
 *
 * @param start offset in the file
 * @param end offset after it
 * @param head null when it does not begin as an event
 * @param kept its first bytes
 * @param cut whether it has more than those
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record RawEntry(long start, long end, @Nullable LineHead head, byte[] kept, boolean cut) {
  /** Bytes that are kept of one entry. */
  static final int KEPT = 64 * 1024;

  /** Where a reader can begin to find this entry again, without reading all of a huge one. */
  Mark mark() {
    long near = Math.min(end, start + KEPT);
    return new Mark(near, cut || near < end);
  }

  /**
   * A place in a file.
   *
   * @param offset the entries before it are still to come
   * @param cut whether it stands inside an entry, of which the rest was passed already
   */
  record Mark(long offset, boolean cut) {}
}
