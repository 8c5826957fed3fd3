package tasknet.dispatcher.queue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.QueuedTask;

/**
 * The head of the queue of one type. Only a bounded number of tasks is in memory; the others stay
 * in the store and are paged in as room comes. For one thread.
 *
 * <p>Positions only grow, and the store answers in order with its writes. So everything up to
 * {@code loaded} has been in memory, and while {@code more} holds, everything after it is in the
 * store only.
 */
public final class ReadyQueue {
  /** How many tasks a page of the store has at most. */
  public static final int PAGE = 1_000;

  /** How many bytes of payload a page has, roughly, at most. */
  public static final long PAGE_BYTES = 4L * 1024 * 1024;

  private static final int CAPACITY = 2 * PAGE;
  private static final long CAPACITY_BYTES = 2 * PAGE_BYTES;

  private final Deque<QueuedTask> tasks = new ArrayDeque<>();
  private long bytes;
  private long loaded = -1;
  private boolean more;
  private boolean loading;

  /**
   * @param more whether the store has tasks of this type already
   */
  public ReadyQueue(boolean more) {
    this.more = more;
  }

  /** A task came to the end of the queue; it may stay in the store. */
  public void offer(QueuedTask task) {
    if (more || loading || tasks.size() >= CAPACITY || bytes >= CAPACITY_BYTES) {
      more = true;
    } else {
      append(task);
    }
  }

  /** A task that was taken comes back to the head. */
  public void giveBack(QueuedTask task) {
    tasks.addFirst(task);
    bytes += task.size();
  }

  /** The next task, or null when none is in memory. */
  public @Nullable QueuedTask poll() {
    QueuedTask task = tasks.poll();
    if (task != null) {
      bytes -= task.size();
    }
    return task;
  }

  /** Whether no task is in memory. */
  public boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** How many tasks are in memory. */
  public int size() {
    return tasks.size();
  }

  /**
   * Whether a page is wanted; then {@link #page} or {@link #pageFailed} must follow.
   *
   * @return the position after which the page begins, or null for no page
   */
  public @Nullable Long wantsPage() {
    if (!more || loading || tasks.size() > CAPACITY - PAGE || bytes > CAPACITY_BYTES - PAGE_BYTES) {
      return null;
    }
    loading = true;
    return loaded;
  }

  /** A page arrived; an empty one says that the store has no more. */
  public void page(List<QueuedTask> page) {
    loading = false;
    more = !page.isEmpty();
    page.forEach(this::append);
  }

  /** A page could not be read; it will be asked for again. */
  public void pageFailed() {
    loading = false;
  }

  private void append(QueuedTask task) {
    tasks.addLast(task);
    bytes += task.size();
    loaded = Math.max(loaded, task.position());
  }
}
