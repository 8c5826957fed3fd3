package tasknet.dispatcher.unstored;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import tasknet.task.TaskType;

/**
 * So many bytes, of which no type gets more than three quarters: a flood of one leaves room for the
 * others. For several threads.
 */
final class SharedBytes {
  private final long most;
  private final long mostOfType;
  private final AtomicLong taken = new AtomicLong();
  private final Map<TaskType, Long> byType = new ConcurrentHashMap<>();

  SharedBytes(long most) {
    this.most = most;
    this.mostOfType = most - most / 4;
  }

  /** Takes them, whether they are there or not. */
  void take(TaskType type, long bytes) {
    taken.addAndGet(bytes);
    byType.merge(type, bytes, Long::sum);
  }

  void giveBack(TaskType type, long bytes) {
    nobodys(type, bytes);
    giveBack(bytes);
  }

  /** They stay taken, and do not count for the type any more. */
  void nobodys(TaskType type, long bytes) {
    byType.computeIfPresent(type, (_, its) -> its == bytes ? null : Long.valueOf(its - bytes));
  }

  /** Gives back what is nobody's. */
  void giveBack(long bytes) {
    taken.addAndGet(-bytes);
  }

  /**
   * Which part of a type's share is left, 0 to 1.
   *
   * @param spare so many that are taken can be had at once
   */
  double left(TaskType type, long spare) {
    long left = Math.min(most - taken.get() + spare, mostOfType - byType.getOrDefault(type, 0L));
    return Math.max(0, (double) left / Math.max(1, mostOfType));
  }

  /** How many are taken. */
  long taken() {
    return taken.get();
  }

  /** Whether more are taken than there are. */
  boolean areTooMany() {
    return taken.get() > most;
  }

  /** Whether there are as many as are taken, and the type has no more than its share. */
  boolean areThere(TaskType type) {
    return !areTooMany() && byType.getOrDefault(type, 0L) <= mostOfType;
  }
}
