package tasknet.dispatcher.wal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The appends that wait for the log's thread, in the order of the calls. */
final class LogQueue {
  private final int mostAppends;
  private final long mostBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Append> waiting = new ArrayDeque<>();
  private boolean open;
  private boolean woken;

  /**
   * @param mostAppends the most that {@link #take} answers
   * @param mostBytes it also stops with the append that reaches this
   */
  LogQueue(int mostAppends, long mostBytes) {
    this.mostAppends = mostAppends;
    this.mostBytes = mostBytes;
  }

  /** From now on appends are taken. */
  void open() {
    lock.lock();
    try {
      open = true;
    } finally {
      lock.unlock();
    }
  }

  /** Adds it at the end; false when the queue is not open, and then it is never written. */
  boolean offer(Append append) {
    lock.lock();
    try {
      if (!open) {
        return false;
      }
      waiting.add(append);
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for appends; none when the log's thread was woken, or nothing follows. */
  List<Append> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && open && !woken) {
        changed.awaitUninterruptibly();
      }
      woken = false;
      List<Append> group = new ArrayList<>(Math.min(waiting.size(), mostAppends));
      long bytes = 0;
      while (!waiting.isEmpty() && group.size() < mostAppends && bytes < mostBytes) {
        Append next = waiting.remove();
        group.add(next);
        bytes += next.bytes();
      }
      return group;
    } finally {
      lock.unlock();
    }
  }

  /** Lets {@link #take} answer, whether something waits or not. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is closed and all are taken. */
  boolean isOver() {
    lock.lock();
    try {
      return !open && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      open = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
