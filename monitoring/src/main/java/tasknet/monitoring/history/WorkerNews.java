package tasknet.monitoring.history;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.monitoring.live.KnownWorkers;
import tasknet.monitoring.live.NameserviceReading;
import tasknet.registry.Departure;
import tasknet.registry.WorkerId;

/** Marks which workers joined and which are gone. */
final class WorkerNews {
  /** Of more than so many at a time there is one marker. */
  private static final int MOST_AT_A_TIME = 5;

  private final InstantSource time;
  private final Consumer<Marker> markers;
  private @Nullable Map<WorkerId, KnownWorkers.Worker> before;

  WorkerNews(InstantSource time, Consumer<Marker> markers) {
    this.time = time;
    this.markers = markers;
  }

  /** Hears who is there. */
  void hear(NameserviceReading reading) {
    if (reading.workers().reason() != null) {
      return;
    }
    Map<WorkerId, KnownWorkers.Worker> now = new LinkedHashMap<>();
    reading.workers().list().forEach(worker -> now.put(worker.id(), worker));
    Map<WorkerId, KnownWorkers.Worker> last = before;
    before = now;
    if (last == null) {
      return; // those that were there before monitoring was
    }
    List<Marker> joined = new ArrayList<>();
    now.forEach(
        (id, worker) -> {
          KnownWorkers.Worker same = last.get(id);
          if (same == null) {
            joined.add(marker(Marker.Kind.WORKER_JOINED, id, "worker " + id + " joined"));
          } else if (!same.startedAt().equals(worker.startedAt())) {
            joined.add(marker(Marker.Kind.WORKER_JOINED, id, "worker " + id + " was started anew"));
          }
        });
    tell(joined, "workers joined");
    List<Marker> lost = new ArrayList<>();
    last.keySet().stream()
        .filter(id -> !now.containsKey(id))
        .forEach(
            id ->
                lost.add(
                    marker(
                        Marker.Kind.WORKER_LOST,
                        id,
                        "worker " + id + ' ' + how(id, reading.departures()))));
    tell(lost, "workers are gone");
  }

  private void tell(List<Marker> some, String of) {
    if (some.size() <= MOST_AT_A_TIME) {
      some.forEach(markers);
    } else {
      Marker first = some.getFirst();
      markers.accept(new Marker(first.at(), first.kind(), some.size() + " " + of, null));
    }
  }

  private static String how(WorkerId id, List<Departure> departures) {
    for (Departure departure : departures.reversed()) {
      if (departure.id().equals(id)) {
        return switch (departure.kind()) {
          case LEFT -> "left";
          case EXPIRED -> "is gone: no heartbeat came";
          case DIED -> "died: " + departure.cause();
        };
      }
    }
    return "is gone";
  }

  private Marker marker(Marker.Kind kind, WorkerId id, String text) {
    return new Marker(time.instant(), kind, text, id.toString());
  }
}
