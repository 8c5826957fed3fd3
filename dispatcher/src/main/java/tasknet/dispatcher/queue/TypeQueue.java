package tasknet.dispatcher.queue;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.TaskTerms;

/**
 * The queue of one type: a lane for each priority, and the rule which lane is next. For one thread.
 *
 * <p>Nine of ten starts take the task of the highest priority. The tenth takes the task that is
 * first in the line of all, whatever its priority. So urgent tasks have nine tenths of the starts
 * however many others wait; and no task starves, because the first in the line is passed by at most
 * nine, and each task becomes the first in the line. Of the same priority, tasks start in order.
 *
 * <p>A lane of which nothing is in memory, but something in the store, is waited for where the rule
 * needs it; so the order does not depend on what is in memory.
 */
public final class TypeQueue {
  /** Of so many starts one takes the task that is first in the line. */
  static final int FIRST_IN_LINE_EVERY = 10;

  private final List<ReadyQueue> lanes;
  private int starts;

  /**
   * @param more whether the store has tasks of this type already
   */
  public TypeQueue(boolean more) {
    lanes =
        Stream.generate(() -> new ReadyQueue(more)).limit(TaskTerms.HIGHEST_PRIORITY + 1L).toList();
  }

  /** A task came to the end of its lane; it may stay in the store. */
  public void offer(QueuedTask task) {
    lane(task).offer(task);
  }

  /** A task came to the end of its lane, and stays in the store for now. */
  public void leaveInStore(QueuedTask task) {
    lane(task).leaveInStore();
  }

  /** Tasks came to the end of the lane of that priority, and stay in the store for now. */
  public void leaveInStore(int priority) {
    lanes.get(priority).leaveInStore();
  }

  /** A task that was taken, maybe by the process before this one, is at its old place again. */
  public void giveBack(QueuedTask task) {
    lane(task).giveBack(task);
  }

  /** The next task, or null when none is in memory, or one that may go first is not. */
  public @Nullable QueuedTask poll() {
    boolean firstInLine = starts % FIRST_IN_LINE_EVERY == FIRST_IN_LINE_EVERY - 1;
    ReadyQueue lane = firstInLine ? firstInLine() : mostUrgent();
    QueuedTask task = lane == null ? null : lane.poll();
    if (task != null) {
      starts = (starts + 1) % FIRST_IN_LINE_EVERY;
    }
    return task;
  }

  /** Whether no task is in memory. */
  public boolean isEmpty() {
    for (ReadyQueue lane : lanes) {
      if (!lane.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Calls with the priority of each lane, as some want pages. */
  public void forEachLane(BiConsumer<Integer, ReadyQueue> call) {
    for (int priority = TaskTerms.HIGHEST_PRIORITY; priority >= 0; priority--) {
      call.accept(priority, lanes.get(priority));
    }
  }

  private ReadyQueue lane(QueuedTask task) {
    return lanes.get(task.request().terms().priority());
  }

  private @Nullable ReadyQueue mostUrgent() {
    for (ReadyQueue lane : lanes.reversed()) {
      if (!lane.isEmpty()) {
        return lane;
      }
      if (lane.isAwaited()) {
        return null;
      }
    }
    return null;
  }

  private @Nullable ReadyQueue firstInLine() {
    ReadyQueue first = null;
    for (ReadyQueue lane : lanes) {
      if (lane.isAwaited()) {
        return null;
      }
      if (first == null || lane.head() < first.head()) {
        first = lane;
      }
    }
    return first;
  }
}
