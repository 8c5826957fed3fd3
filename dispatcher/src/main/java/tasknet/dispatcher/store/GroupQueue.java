package tasknet.dispatcher.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/**
 * What waits for a writer's thread, in the order of the calls: while it writes one group, the next
 * one gathers.
 *
 * @param <T> what is written
 */
public final class GroupQueue<T> {
  private final int most;
  private final long mostBytes;
  private final ToLongFunction<T> bytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<T> waiting = new ArrayDeque<>();
  private boolean open;
  private boolean woken;

  /**
   * One that is not open.
   *
   * @param most how many {@link #take} answers at most
   * @param mostBytes it also stops with the one that reaches this
   * @param bytes how much one writes, roughly
   */
  public GroupQueue(int most, long mostBytes, ToLongFunction<T> bytes) {
    this.most = most;
    this.mostBytes = mostBytes;
    this.bytes = bytes;
  }

  /** From now on something is taken. */
  public void open() {
    lock.lock();
    try {
      open = true;
    } finally {
      lock.unlock();
    }
  }

  /** Adds it at the end; false when the queue is not open, and then it is never written. */
  public boolean offer(T one) {
    lock.lock();
    try {
      if (!open) {
        return false;
      }
      waiting.add(one);
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for some; none when the writer was woken, or the queue is closed and all are taken. */
  public List<T> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && open && !woken) {
        changed.awaitUninterruptibly();
      }
      woken = false;
      List<T> group = new ArrayList<>(Math.min(waiting.size(), most));
      long sum = 0;
      while (!waiting.isEmpty() && group.size() < most && sum < mostBytes) {
        T next = waiting.remove();
        group.add(next);
        sum += bytes.applyAsLong(next);
      }
      return group;
    } finally {
      lock.unlock();
    }
  }

  /** Lets {@link #take} answer, whether something waits or not. */
  public void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is closed and all are taken. */
  public boolean isOver() {
    lock.lock();
    try {
      return !open && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  public int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** From now on nothing is taken; waits until the writer has written what was, and has ended. */
  public void close(Thread writer) {
    close();
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** From now on nothing is taken. */
  public void close() {
    lock.lock();
    try {
      open = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
