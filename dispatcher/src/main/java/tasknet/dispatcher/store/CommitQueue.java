package tasknet.dispatcher.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The operations that wait for the writer, in the order of the calls. */
final class CommitQueue {
  private final int maxOperations;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Operation<?>> waiting = new ArrayDeque<>();
  private boolean closed;

  /**
   * @param maxOperations the most that {@link #take} answers
   * @param maxBytes it also stops with the operation that reaches this
   */
  CommitQueue(int maxOperations, long maxBytes) {
    this.maxOperations = maxOperations;
    this.maxBytes = maxBytes;
  }

  /** Adds it at the end; false when the queue is closed, and then it is never carried out. */
  boolean offer(Operation<?> operation) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      waiting.add(operation);
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for operations; an empty list means that the queue is closed and all are taken. */
  List<Operation<?>> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      List<Operation<?>> group = new ArrayList<>(Math.min(waiting.size(), maxOperations));
      long bytes = 0;
      while (!waiting.isEmpty() && group.size() < maxOperations && bytes < maxBytes) {
        Operation<?> next = waiting.remove();
        group.add(next);
        bytes += next.bytes();
      }
      return group;
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
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
