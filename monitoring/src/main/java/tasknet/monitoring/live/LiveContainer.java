package tasknet.monitoring.live;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.monitoring.containers.Container;
import tasknet.monitoring.containers.ContainerState;
import tasknet.monitoring.containers.Usage;

/**
 * A container, as far as it is drawn.
 *
 * @param cpu percent of a processor, in each second of the last minute, oldest first
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
  /** There is a reading a second at most. */
  static final int READINGS = 60;

  private static final Duration SECOND = Duration.ofSeconds(1);

  static LiveContainer of(Container container) {
    List<Usage> seconds = seconds(container.history());
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
        seconds.stream().map(Usage::cpuPercent).toList(),
        seconds.stream().map(Usage::memory).toList());
  }

  /**
   * What was used in each second until the newest reading. A reading stands for all the time since
   * the one before; while nobody looked that is several seconds.
   */
  private static List<Usage> seconds(@Nullable List<Usage> readings) {
    if (readings == null || readings.isEmpty()) {
      return List.of();
    }
    Deque<Usage> seconds = new ArrayDeque<>();
    Instant first = readings.getFirst().at().minus(SECOND);
    Instant middle = readings.getLast().at().minus(SECOND.dividedBy(2));
    int covering = readings.size() - 1;
    while (seconds.size() < READINGS && middle.isAfter(first)) {
      while (covering > 0 && !readings.get(covering - 1).at().isBefore(middle)) {
        covering--;
      }
      seconds.addFirst(readings.get(covering));
      middle = middle.minus(SECOND);
    }
    return List.copyOf(seconds);
  }
}
