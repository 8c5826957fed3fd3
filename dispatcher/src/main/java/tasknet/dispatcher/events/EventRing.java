package tasknet.dispatcher.events;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskEvent;

/**
 * The last events, in memory. Threads append in turn; any thread reads, and none of those waits.
 */
final class EventRing {
  private final AtomicReferenceArray<@Nullable NumberedEvent> ring;
  private volatile long last;

  /**
   * @param kept how many events, at least 1
   */
  EventRing(int kept) {
    ring = new AtomicReferenceArray<>(kept);
  }

  /**
   * Adds events; the oldest go.
   *
   * @return the number of the event before them
   */
  synchronized long append(List<TaskEvent> events) {
    long before = last;
    long number = before;
    for (TaskEvent event : events) {
      number++;
      ring.setRelease(index(number), new NumberedEvent(number, event));
    }
    last = number;
    return before;
  }

  /** The number of the newest event; 0 when there was none yet. */
  long last() {
    return last;
  }

  /** The number of the oldest event that is kept, or would be. */
  long first() {
    return Math.max(1, last - ring.length() + 1);
  }

  /**
   * An event up to {@link #last}; null when it is not kept any more, maybe just since the caller
   * asked for the {@link #first}.
   */
  @Nullable NumberedEvent get(long number) {
    NumberedEvent event = ring.getAcquire(index(number));
    return event != null && event.number() == number ? event : null;
  }

  private int index(long number) {
    return (int) (number % ring.length());
  }
}
