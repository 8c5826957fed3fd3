package tasknet.monitoring.live;

import java.util.List;
import tasknet.registry.Departure;

/**
 * What the nameservice told.
 *
 * @param departures the recent ends of registrations, oldest first
 */
public record NameserviceReading(
    ServiceState state, KnownWorkers workers, List<Departure> departures) {}
