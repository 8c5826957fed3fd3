package tasknet.dispatcher.wal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import tasknet.dispatcher.task.HeldTask;

/**
 * Keeps what happens to tasks in memory through crashes of the process and of the machine, until
 * the store has them.
 *
 * <p>It consists of segments, numbered in ascending order. A segment knows how many tasks that were
 * added in it are still in memory; the oldest ones for which that is none are deleted.
 */
public interface TaskLog extends AutoCloseable {
  /**
   * Begins a new segment after those that are there. To be called once, before {@link #append}.
   *
   * @param crowded told, on the log's thread, the number of the oldest segment whenever another one
   *     has begun and there are too many: the tasks in it are to be added again
   * @return the tasks that are in the older segments and have not left, in the order in which they
   *     were added
   * @throws tasknet.dispatcher.store.StoreException if the log cannot be used; the message says
   *     what to do
   */
  List<HeldTask> start(LongConsumer crowded);

  /** Deletes the segments that were there at the start: the store has all that was in them. */
  void clear();

  /**
   * Appends records, all of them or none. The future completes on the log's thread when they are on
   * the disk, in the order of the calls, with the number of the segment that they are in. It
   * completes exceptionally with {@link tasknet.dispatcher.store.StoreFullException} when the disk
   * has no room, or with {@link tasknet.dispatcher.store.StoreException} on any other failure;
   * later calls may succeed.
   */
  CompletableFuture<Long> append(List<LogRecord> records);

  /**
   * Waits until what was appended before is on the disk, or has failed. Not for the log's thread.
   */
  void flush();

  /**
   * So many tasks that were added in a segment are in it no longer: they left, or were added again.
   */
  void release(long segment, int tasks);

  /** Writes what was appended before, and ends. Later calls fail. Not for the log's thread. */
  @Override
  void close();
}
