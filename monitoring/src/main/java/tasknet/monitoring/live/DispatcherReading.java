package tasknet.monitoring.live;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the dispatcher told, each null when it did not.
 *
 * @param at of the nano clock
 * @param stats the document of {@code /stats}, and so types and workers
 * @param counters of the stats
 * @param rates a second, over the last five seconds, by {@link Counters#NAMES}
 * @param workerRates attempts that ended a second, by worker
 */
public record DispatcherReading(
    long at,
    ServiceState state,
    @Nullable JsonNode stats,
    @Nullable JsonNode types,
    @Nullable JsonNode workers,
    @Nullable Counters counters,
    @Nullable Map<String, Double> rates,
    Map<String, Double> workerRates) {
  /** Whether the dispatcher did nothing until another reading. */
  boolean isQuietUntil(DispatcherReading next) {
    return counters != null && counters.equals(next.counters);
  }
}
