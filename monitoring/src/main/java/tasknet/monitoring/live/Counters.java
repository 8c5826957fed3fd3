package tasknet.monitoring.live;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the dispatcher has counted since it started, as its {@code /stats} says.
 *
 * @param startedAt when it did; null when it does not say
 * @param sent messages to workers, retransmissions too
 */
public record Counters(
    @Nullable Instant startedAt,
    long submitted,
    long completed,
    long failed,
    long lost,
    long retransmissions,
    long sent) {
  /** Names of {@link #values}. */
  static final List<String> NAMES =
      List.of("submitted", "completed", "failed", "lost", "retransmissions", "sent");

  static Counters of(JsonNode stats) {
    String started = stats.at("/startedAt").asString("");
    return new Counters(
        started.isEmpty() ? null : Instant.parse(started),
        count(stats, "/tasksSubmitted"),
        count(stats, "/attempts/completed"),
        count(stats, "/attempts/failed"),
        count(stats, "/attempts/lost"),
        count(stats, "/udp/retransmissions"),
        count(stats, "/udp/messagesSent"));
  }

  long[] values() {
    return new long[] {submitted, completed, failed, lost, retransmissions, sent};
  }

  private static long count(JsonNode stats, String path) {
    return stats.at(path).asLong(0);
  }
}
