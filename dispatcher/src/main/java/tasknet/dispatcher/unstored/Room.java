package tasknet.dispatcher.unstored;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.unstored.MemoryFirstStore.Bounds;
import tasknet.task.TaskRequest;

/**
 * Bounds what is in memory. Tasks that have ended and are not durable make room for others, the
 * eldest first.
 */
final class Room {
  private final Bounds bounds;
  private final BooleanSupplier roomBehind;
  private final Consumer<UnstoredTask> forget;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong durable = new AtomicLong();
  private final Deque<UnstoredTask> ended = new ArrayDeque<>();

  /**
   * @param roomBehind whether the store has room for the durable tasks
   * @param forget removes a task, and calls {@link #leave}
   */
  Room(Bounds bounds, BooleanSupplier roomBehind, Consumer<UnstoredTask> forget) {
    this.bounds = bounds;
    this.roomBehind = roomBehind;
    this.forget = forget;
  }

  /** Takes the room for a task; false when there is none. */
  boolean take(TaskRequest request) {
    long size = UnstoredTask.size(request.payload());
    if (!request.terms().durable()) {
      return takeBytes(size);
    }
    if (durable.addAndGet(size) <= bounds.durable()
        && roomBehind.getAsBoolean()
        && takeBytes(size)) {
      return true;
    }
    durable.addAndGet(-size);
    return false;
  }

  private boolean takeBytes(long size) {
    if (bytes.addAndGet(size) <= bounds.bytes()) {
      return true;
    }
    while (bytes.get() > bounds.bytes() && forgetEldest()) {
      // goes on
    }
    if (bytes.get() <= bounds.bytes()) {
      return true;
    }
    bytes.addAndGet(-size);
    return false;
  }

  /** What the durable tasks will need in the store, in bytes, roughly: they have indexes there. */
  long neededInStore() {
    return 2 * durable.get();
  }

  /** A task is not in memory any more. */
  void leave(UnstoredTask task) {
    bytes.addAndGet(-task.size);
    if (task.logged) {
      durable.addAndGet(-task.size);
    }
  }

  /** A task that is not durable has ended; it stays until others need its place. */
  void remember(UnstoredTask task) {
    int many;
    synchronized (ended) {
      ended.addLast(task);
      many = ended.size();
    }
    if (many > bounds.ended()) {
      forgetEldest();
    }
  }

  private boolean forgetEldest() {
    @Nullable UnstoredTask eldest;
    synchronized (ended) {
      eldest = ended.pollFirst();
    }
    if (eldest != null) {
      forget.accept(eldest);
    }
    return eldest != null;
  }
}
