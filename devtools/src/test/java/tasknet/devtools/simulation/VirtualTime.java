package tasknet.devtools.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import tasknet.runtime.NanoClock;

/** A time that jumps from one event to the next, in the order of their instants. */
final class VirtualTime implements NanoClock {
  private static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");

  private record Event(long at, long number, Runnable work) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long now;
  private long scheduled;

  /** A time of day, which can be set. */
  static final class WallClock implements InstantSource {
    private final VirtualTime time;
    private Duration ahead = Duration.ZERO;

    WallClock(VirtualTime time) {
      this.time = time;
    }

    /** From now on it shows so much more than the right time. */
    void set(Duration aheadOfTime) {
      ahead = aheadOfTime;
    }

    @Override
    public Instant instant() {
      return ORIGIN.plusNanos(time.now).plus(ahead);
    }
  }

  @Override
  public long nanoTime() {
    return now;
  }

  /** Something happens at that time; what is to happen at the same time, in the order of calls. */
  void at(long nanos, Runnable work) {
    events.add(new Event(Math.max(nanos, now), scheduled++, work));
  }

  void after(long nanos, Runnable work) {
    at(now + nanos, work);
  }

  /** Goes to the next event, and does it. There always is one. */
  void next() {
    Event event = events.remove();
    now = event.at;
    event.work.run();
  }
}
