package tasknet.monitoring.live;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.registry.Departure;
import tasknet.registry.WorkerList;

/**
 * What the nameservice told.
 *
 * @param revision of the registry; 0 when it was not told
 * @param departures the recent ends of registrations, oldest first
 */
public record NameserviceReading(
    ServiceState state, KnownWorkers workers, long revision, List<Departure> departures) {
  static NameserviceReading of(ServiceState state, WorkerList list) {
    return new NameserviceReading(state, KnownWorkers.of(list), list.revision(), list.departures());
  }

  static NameserviceReading unknown(ServiceState state, @Nullable String reason) {
    return new NameserviceReading(
        state, KnownWorkers.unknown(String.valueOf(reason)), 0, List.of());
  }

  /** Whether nobody came or went until another reading. */
  boolean isQuietUntil(NameserviceReading next) {
    return workers.reason() == null && next.workers.reason() == null && revision == next.revision;
  }
}
