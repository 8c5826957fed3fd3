package tasknet.monitoring.live;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.monitoring.containers.Container;
import tasknet.monitoring.containers.ContainerState;
import tasknet.monitoring.containers.Usage;

/**
 * A container, as far as it is drawn.
 *
 * @param cpu percent of a processor, of the last readings, oldest first
 * @param memory bytes, and so
 */
record LiveContainer(
    String id,
    String name,
    @Nullable String service,
    @Nullable Integer number,
    String image,
    ContainerState state,
    @Nullable String health,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable Duration uptime,
    int restarts,
    @Nullable Integer exitCode,
    @Nullable String exitCause,
    @Nullable Usage usage,
    List<Double> cpu,
    List<Long> memory) {
  /** A reading a second. */
  static final int READINGS = 60;

  static LiveContainer of(Container container) {
    List<Usage> readings = container.history() == null ? List.of() : container.history();
    return new LiveContainer(
        container.id(),
        container.name(),
        container.service(),
        container.number(),
        container.image(),
        container.state(),
        container.health(),
        container.startedAt(),
        container.finishedAt(),
        container.uptime(),
        container.restarts(),
        container.exitCode(),
        container.exitCause(),
        container.usage(),
        readings.stream().map(Usage::cpuPercent).toList(),
        readings.stream().map(Usage::memory).toList());
  }
}
