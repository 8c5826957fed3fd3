package tasknet.dispatcher.dispatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The workers of a type that have fewer attempts than slots, so that the choice among them does not
 * get slower with the number of those that are full. All in constant time.
 */
final class WorkersWithRoom {
  private final List<KnownWorker> workers = new ArrayList<>();
  private final Map<KnownWorker, Integer> places = new HashMap<>();

  void add(KnownWorker worker) {
    if (places.putIfAbsent(worker, workers.size()) == null) {
      workers.add(worker);
    }
  }

  void remove(KnownWorker worker) {
    Integer place = places.remove(worker);
    if (place != null) {
      KnownWorker last = workers.removeLast();
      if (last != worker) {
        workers.set(place, last);
        places.put(last, place);
      }
    }
  }

  boolean isEmpty() {
    return workers.isEmpty();
  }

  KnownWorker any(RandomGenerator random) {
    return workers.get(random.nextInt(workers.size()));
  }

  /** In no order. */
  Iterable<KnownWorker> all() {
    return workers;
  }
}
