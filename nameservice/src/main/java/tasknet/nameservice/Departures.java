package tasknet.nameservice;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.registry.Departure;
import tasknet.registry.WorkerId;
import tasknet.runtime.NanoClock;

/** The recent ends of registrations, oldest first, bounded in number and time; for one thread. */
final class Departures {
  /** How many are kept. */
  static final int MOST = 1_000;

  /** For how long they are kept. */
  static final Duration KEPT_FOR = Duration.ofMinutes(10);

  /**
   * @param addedAt on the nano clock
   */
  private record Kept(Departure departure, long addedAt) {}

  private final NanoClock clock;
  private final Deque<Kept> recent = new ArrayDeque<>();

  Departures(NanoClock clock) {
    this.clock = clock;
  }

  void add(Departure departure) {
    recent.addLast(new Kept(departure, clock.nanoTime()));
    if (recent.size() > MOST) {
      recent.removeFirst();
    }
  }

  /** The last of a worker, or null. */
  @Nullable Departure last(WorkerId id) {
    forgetOld();
    for (Iterator<Kept> newestFirst = recent.descendingIterator(); newestFirst.hasNext(); ) {
      Departure departure = newestFirst.next().departure;
      if (departure.id().equals(id)) {
        return departure;
      }
    }
    return null;
  }

  /**
   * Takes back that a worker's process has died.
   *
   * @return whether that was said
   */
  boolean withdrawDeath(WorkerId id, long epoch) {
    return recent.removeIf(
        kept ->
            kept.departure.kind() == Departure.Kind.DIED
                && kept.departure.id().equals(id)
                && kept.departure.epoch() == epoch);
  }

  List<Departure> list() {
    forgetOld();
    return recent.stream().map(Kept::departure).toList();
  }

  private void forgetOld() {
    long now = clock.nanoTime();
    while (!recent.isEmpty() && now - recent.getFirst().addedAt >= KEPT_FOR.toNanos()) {
      recent.removeFirst();
    }
  }
}
