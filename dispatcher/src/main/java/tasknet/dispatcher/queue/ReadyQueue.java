package tasknet.dispatcher.queue;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.QueuedTask;

/**
 * The head of the queue of one type and priority. Only a bounded number of tasks is in memory; the
 * others stay in the store and are paged in as room comes. For one thread.
 *
 * <p>Positions only grow, and the store answers in order with its writes. So everything up to
 * {@code loaded} has been in memory, and while {@code more} holds, everything after it is in the
 * store only. What was running before a restart may come back on either side of {@code loaded}.
 *
 * <p>Tasks that the store does not have are all here; how many there may be is not decided here.
 * They go after the stored tasks that were there before them.
 */
public final class ReadyQueue {
  /** How many tasks a page of the store has at most. */
  public static final int PAGE = 1_000;

  /** How many bytes of payload a page has, roughly, at most. */
  public static final long PAGE_BYTES = 4L * 1024 * 1024;

  private static final int CAPACITY = 2 * PAGE;
  private static final long CAPACITY_BYTES = 2 * PAGE_BYTES;

  private final Deque<QueuedTask> tasks = new ArrayDeque<>();
  private final Deque<QueuedTask> unstored = new ArrayDeque<>();
  private final PriorityQueue<QueuedTask> returned =
      new PriorityQueue<>(Comparator.comparingLong(QueuedTask::position));
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
    if (task.inMemory()) {
      unstored.addLast(task);
    } else if (more || size() >= CAPACITY || bytes >= CAPACITY_BYTES) {
      more = true;
    } else {
      append(task);
    }
  }

  /** A task came to the end of the queue, and stays in the store for now. */
  public void leaveInStore() {
    more = true;
  }

  /** A task that was taken, maybe by the process before this one, is at its old place again. */
  public void giveBack(QueuedTask task) {
    if (task.inMemory()) {
      unstored.addFirst(task);
    } else if (!more || task.position() <= loaded) {
      returned.add(task);
      bytes += task.size();
      loaded = Math.max(loaded, task.position());
    } // else a page brings it
  }

  /** The next task, or null when it is not in memory. */
  public @Nullable QueuedTask poll() {
    if (isUnstoredNext()) {
      return unstored.poll();
    }
    QueuedTask task = isReturnedNext() ? returned.poll() : tasks.poll();
    if (task != null) {
      bytes -= task.size();
    }
    return task;
  }

  /** Whether the next task is not in memory, if there is one. */
  public boolean isEmpty() {
    return tasks.isEmpty() && returned.isEmpty() && !isUnstoredNext();
  }

  /** The position of the next task; greater than any when it is not in memory. */
  long head() {
    QueuedTask next =
        isUnstoredNext() ? unstored.peek() : isReturnedNext() ? returned.peek() : tasks.peek();
    return next == null ? Long.MAX_VALUE : next.position();
  }

  /** Whether the next task is not in memory, and the store may have it. */
  boolean isAwaited() {
    return more && isEmpty();
  }

  /** How many stored tasks are in memory. */
  public int size() {
    return tasks.size() + returned.size();
  }

  /**
   * Whether a page is wanted; then {@link #page} or {@link #pageFailed} must follow.
   *
   * @return the position after which the page begins, or null for no page
   */
  public @Nullable Long wantsPage() {
    if (!more || loading || size() > CAPACITY - PAGE || bytes > CAPACITY_BYTES - PAGE_BYTES) {
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

  /** Whether no stored task, in memory or not, is to go before the first one that is not stored. */
  private boolean isUnstoredNext() {
    QueuedTask first = unstored.peek();
    if (first == null) {
      return false;
    }
    QueuedTask stored = isReturnedNext() ? returned.peek() : tasks.peek();
    return stored == null
        ? !more || first.position() <= loaded
        : first.position() < stored.position();
  }

  private boolean isReturnedNext() {
    QueuedTask back = returned.peek();
    QueuedTask next = tasks.peek();
    return back != null && (next == null || back.position() < next.position());
  }

  private void append(QueuedTask task) {
    tasks.addLast(task);
    bytes += task.size();
    loaded = Math.max(loaded, task.position());
  }
}
