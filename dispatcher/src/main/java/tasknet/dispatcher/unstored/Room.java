package tasknet.dispatcher.unstored;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.unstored.MemoryFirstStore.Bounds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;

/**
 * Bounds what is in memory, in all and of each type. Tasks that have ended and are not durable make
 * room for others, the eldest first.
 */
final class Room {
  private final Bounds bounds;
  private final BooleanSupplier roomBehind;
  private final Consumer<UnstoredTask> forget;
  private final SharedBytes bytes;
  private final SharedBytes durable;
  private final Deque<UnstoredTask> ended = new ArrayDeque<>();

  /** What they take; written by whoever holds their lock. */
  private volatile long endedBytes;

  /**
   * @param roomBehind whether the store has room for the durable tasks
   * @param forget removes a task, and calls {@link #leave}
   */
  Room(Bounds bounds, BooleanSupplier roomBehind, Consumer<UnstoredTask> forget) {
    this.bounds = bounds;
    this.bytes = new SharedBytes(bounds.bytes());
    this.durable = new SharedBytes(bounds.durable());
    this.roomBehind = roomBehind;
    this.forget = forget;
  }

  /** Takes the room for a task; false when there is none. */
  boolean take(TaskRequest request) {
    TaskType type = request.type();
    long size = UnstoredTask.size(request.payload());
    if (!request.terms().durable()) {
      return takeBytes(type, size);
    }
    durable.take(type, size);
    if (durable.areThere(type) && roomBehind.getAsBoolean() && takeBytes(type, size)) {
      return true;
    }
    durable.giveBack(type, size);
    return false;
  }

  private boolean takeBytes(TaskType type, long size) {
    bytes.take(type, size);
    while (bytes.areTooMany() && forgetEldest()) {
      // goes on
    }
    if (bytes.areThere(type)) {
      return true;
    }
    bytes.giveBack(type, size);
    return false;
  }

  /** Which part of what such a task may take is left, 0 to 1. */
  double left(TaskRequest request) {
    double left = bytes.left(request.type(), endedBytes);
    return request.terms().durable() ? Math.min(left, durable.left(request.type(), 0)) : left;
  }

  /** What the durable tasks will need in the store, in bytes, roughly: they have indexes there. */
  long neededInStore() {
    return 2 * durable.taken();
  }

  /** A task is not in memory any more. */
  void leave(UnstoredTask task) {
    TaskType type = task.task.request().type();
    if (task.isRemembered()) {
      bytes.giveBack(task.size);
    } else {
      bytes.giveBack(type, task.size);
    }
    if (task.logged) {
      durable.giveBack(type, task.size);
    }
  }

  /** A task that is not durable has ended; it stays until others need its place. */
  void remember(UnstoredTask task) {
    task.remembered();
    bytes.nobodys(task.task.request().type(), task.size);
    int many;
    synchronized (ended) {
      ended.addLast(task);
      endedBytes += task.size;
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
      endedBytes -= eldest == null ? 0 : eldest.size;
    }
    if (eldest != null) {
      forget.accept(eldest);
    }
    return eldest != null;
  }
}
