package tasknet.dispatcher.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One who listens. It holds no events, only its place in the ring: while its reader is busy or slow
 * it costs nothing, and when the ring has run away from it, it says so. One thread reads it.
 */
public final class Subscription implements AutoCloseable {
  private static final int MOST_AT_ONCE = 64;
  private static final long NONE = Long.MAX_VALUE;

  private final TaskEvents events;
  private final EventFilter filter;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition told = lock.newCondition();

  /** The first event to look at; NONE when there is nothing for this one as far as is known. */
  private volatile long next;

  private volatile boolean over;

  /** All events up to this one were looked at; of the reader's thread. */
  private long seen;

  Subscription(TaskEvents events, EventFilter filter, long after) {
    this.events = events;
    this.filter = filter;
    this.seen = after;
    this.next = after + 1;
  }

  EventFilter filter() {
    return filter;
  }

  /** Waits for something to tell, for so long at most. */
  public Taken take(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    while (true) {
      long known = events.announced(); // before looking: what comes later is announced to this one
      long from;
      lock.lockInterruptibly();
      try {
        while (next == NONE && !over && left > 0) {
          left = told.awaitNanos(left);
          known = events.announced();
        }
        if (over) {
          return new Taken.Over();
        }
        if (next == NONE) {
          return new Taken.Quiet(Math.max(known, seen));
        }
        from = Math.max(next, seen + 1);
        next = NONE;
      } finally {
        lock.unlock();
      }
      Taken taken = look(from);
      if (taken != null) {
        return taken;
      }
    }
  }

  /** The reader knows everything up to that event in another way. */
  public void skipTo(long number) {
    seen = Math.max(seen, number);
  }

  @Override
  public void close() {
    events.forget(this);
  }

  /** An event is wanted here. */
  void announce(long number) {
    if (next != NONE) {
      return; // it will be looked at after that one
    }
    lock.lock();
    try {
      if (next == NONE) {
        next = number;
        told.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      over = true;
      told.signal();
    } finally {
      lock.unlock();
    }
  }

  /** What is wanted from that event on; null for nothing. */
  private @Nullable Taken look(long from) {
    long last = events.ring().last();
    List<NumberedEvent> found = new ArrayList<>();
    for (long number = from; number <= last; number++) {
      NumberedEvent event = events.ring().get(number);
      if (event == null) {
        return found.isEmpty() ? missed() : later(found, number);
      }
      if (filter.matches(event.event())) {
        found.add(event);
      }
      seen = number;
      if (found.size() == MOST_AT_ONCE) {
        return later(found, number + 1);
      }
    }
    return found.isEmpty() ? null : new Taken.Events(found);
  }

  private Taken missed() {
    long first = events.ring().first();
    seen = Math.max(seen, first - 1);
    announce(first);
    return new Taken.Missed(seen);
  }

  private Taken later(List<NumberedEvent> found, long from) {
    announce(from);
    return new Taken.Events(found);
  }
}
