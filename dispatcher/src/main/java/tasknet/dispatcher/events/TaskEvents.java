package tasknet.dispatcher.events;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;

/**
 * Keeps the last events and tells subscriptions of new ones. Whoever commits only puts them into
 * the ring; one piece of work on the executor at a time finds out whom they concern.
 */
public final class TaskEvents implements AutoCloseable {
  private final EventRing ring;
  private final long start;
  private final Executor executor;
  private final Set<Subscription> toAll = ConcurrentHashMap.newKeySet();
  private final Map<TaskId, Set<Subscription>> toTasks = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger commits = new AtomicInteger();
  private final LongAdder told = new LongAdder();
  private final LongAdder gaps = new LongAdder();
  private volatile long announced;
  private volatile boolean closed;

  /**
   * @param kept how many events, at least 1
   * @param start of the process, in milliseconds since 1970
   */
  public TaskEvents(int kept, long start, Executor executor) {
    this.ring = new EventRing(kept);
    this.start = start;
    this.executor = executor;
  }

  /**
   * Events whose changes are done, in that order; for any thread, and none is held up for long.
   *
   * @return the number of the event before the first of them
   */
  public long append(List<TaskEvent> events) {
    long before = ring.append(events);
    if (open.get() > 0 && commits.getAndIncrement() == 0) {
      executor.execute(this::announceAll);
    }
    return before;
  }

  /** The id of an event of this process. */
  public EventId id(long number) {
    return new EventId(start, number);
  }

  /** The number of the newest event; 0 when there was none yet. */
  public long last() {
    return ring.last();
  }

  /** The number of the oldest event that is kept. */
  public long first() {
    return ring.first();
  }

  /** Whether an event with that id was told here; it may not be kept any more. */
  public boolean knows(EventId id) {
    return id.start() == start && id.number() <= ring.last();
  }

  /** What somebody wants to be told after the event with that number. */
  public Subscription subscribe(EventFilter filter, long after) {
    Subscription subscription = new Subscription(this, filter, after);
    open.incrementAndGet();
    if (filter.task() == null) {
      toAll.add(subscription);
    } else {
      toTasks.compute(
          filter.task(),
          (_, others) -> {
            Set<Subscription> all = others == null ? ConcurrentHashMap.newKeySet(1) : others;
            all.add(subscription);
            return all;
          });
    }
    if (closed) {
      subscription.end();
    }
    return subscription;
  }

  /** How many listen. */
  public int streams() {
    return open.get();
  }

  /** Counts what was sent to clients. */
  public LongAdder told() {
    return told;
  }

  /** Counts how often clients were told that they missed events. */
  public LongAdder gaps() {
    return gaps;
  }

  /** Ends all subscriptions, those to come at once. */
  @Override
  public void close() {
    closed = true;
    toAll.forEach(Subscription::end);
    toTasks.values().forEach(all -> all.forEach(Subscription::end));
  }

  EventRing ring() {
    return ring;
  }

  /** All events up to this number have been announced to whoever wants them. */
  long announced() {
    return announced;
  }

  void forget(Subscription gone) {
    TaskId task = gone.filter().task();
    if (task == null) {
      toAll.remove(gone);
    } else {
      toTasks.computeIfPresent(
          task,
          (_, all) -> {
            all.remove(gone);
            return all.isEmpty() ? null : all;
          });
    }
    open.decrementAndGet();
  }

  private void announceAll() {
    int handled;
    do {
      handled = commits.get();
      long last = ring.last();
      // One before the first that is kept: when the ring has run away, everybody is to know.
      for (long number = Math.max(announced + 1, ring.first() - 1); number <= last; number++) {
        announce(number);
      }
      announced = last;
    } while (commits.addAndGet(-handled) != 0);
  }

  private void announce(long number) {
    NumberedEvent event = ring.get(number);
    if (event == null) { // not kept any more, so it may concern anybody
      toAll.forEach(each -> each.announce(number));
      toTasks.values().forEach(all -> all.forEach(each -> each.announce(number)));
      return;
    }
    for (Subscription each : toAll) {
      if (each.filter().matches(event.event())) {
        each.announce(number);
      }
    }
    Set<Subscription> all = toTasks.get(event.event().task());
    if (all != null) {
      all.forEach(each -> each.announce(number));
    }
  }
}
