package tasknet.monitoring.containers;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The last events, numbered; whoever reads keeps its own place, so that readers cost nothing. */
final class EventRing {
  private final int capacity;
  private final Deque<ContainerEvent> events = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long last;
  private boolean closed;

  EventRing(int capacity) {
    this.capacity = capacity;
  }

  /** Adds an event, whose number it chooses. */
  ContainerEvent add(ContainerEvent event) {
    lock.lock();
    try {
      ContainerEvent numbered = event.numbered(++last);
      events.addLast(numbered);
      if (events.size() > capacity) {
        events.removeFirst();
      }
      changed.signalAll();
      return numbered;
    } finally {
      lock.unlock();
    }
  }

  /** The number of the newest event; 0 before the first. */
  long last() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /** Those after a number, oldest first; waits for one when there is none. */
  List<ContainerEvent> after(long sequence, Duration wait) throws InterruptedException {
    long left = wait.toNanos();
    lock.lock();
    try {
      while (last <= sequence && left > 0 && !closed) {
        left = changed.awaitNanos(left);
      }
      List<ContainerEvent> later = new ArrayList<>();
      for (ContainerEvent event : events) {
        if (event.sequence() > sequence) {
          later.add(event);
        }
      }
      return later;
    } finally {
      lock.unlock();
    }
  }

  /** Wakes all that wait; nobody waits any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean closed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }
}
