package tasknet.dispatcher.dispatch;

import java.util.List;
import java.util.Set;
import tasknet.registry.Departure;

/**
 * Workers that died, as the registry tells. Each list repeats the recent ones, so that none is
 * missed, also over a restart of this process; each is applied once, because the same process may
 * turn out to live and be given attempts again. For the loop's thread.
 */
final class Deaths {
  private final Workers workers;
  private final LostWorkers lost;
  private Set<Departure> heard = Set.of();

  Deaths(Workers workers, LostWorkers lost) {
    this.workers = workers;
    this.lost = lost;
  }

  /**
   * The departures of a list. To be told before what is registered: a death explains what a new
   * process under the same name has lost.
   *
   * @param now on the nano clock
   */
  void told(List<Departure> departures, long now) {
    for (Departure departure : departures) {
      if (departure.kind() == Departure.Kind.LEFT) {
        left(departure);
      }
    }
    for (Departure departure : departures) {
      if (departure.kind() == Departure.Kind.DIED && !heard.contains(departure)) {
        died(departure, now);
      }
    }
    heard = Set.copyOf(departures);
  }

  private void left(Departure departure) {
    KnownWorker worker = workers.find(departure.id().name());
    if (worker != null) {
      worker.leftEpoch = Math.max(worker.leftEpoch, departure.epoch());
    }
  }

  private void died(Departure departure, long now) {
    KnownWorker worker = workers.find(departure.id().name());
    if (worker == null || departure.epoch() < worker.epoch) {
      return;
    }
    if (departure.epoch() > worker.epoch) { // it came and went between two lists
      worker.restarted(departure.epoch(), now);
      lost.restarted(worker);
    }
    String cause = departure.cause();
    lost.died(worker, cause == null ? "of an unknown cause" : cause);
  }
}
