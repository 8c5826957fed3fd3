package tasknet.monitoring.containers;

import com.github.dockerjava.api.model.Statistics;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is remembered of one container; belongs to {@link KnownContainers}, which locks it. */
final class TrackedContainer {
  final String id;
  final UsageHistory history = new UsageHistory();

  /** Null until the engine was asked. */
  @Nullable Container container;

  /** As the event of its making said; null when it was there before. */
  @Nullable String name;

  @Nullable String service;

  /** The last ones that it had: the engine forgets them when it stops. */
  Set<String> addresses = Set.of();

  @Nullable DockerStream<Statistics> stats;

  /** Whether the kernel took its memory limit seriously since it started. */
  boolean outOfMemory;

  /** Whether somebody asked for its end since it started. */
  boolean killed;

  private Instant started = Instant.EPOCH;
  private @Nullable Instant died;

  TrackedContainer(String id) {
    this.id = id;
  }

  void started(Instant at) {
    if (at.isAfter(started)) {
      started = at;
      outOfMemory = false;
      killed = false;
    }
  }

  /**
   * Notes a death.
   *
   * @return false when it is the one that was noted already
   */
  boolean died(Instant at) {
    if (died != null && !started.isAfter(died)) {
      return false;
    }
    died = at;
    return true;
  }

  /** The same for a death that was found out later: it may be that of an earlier start. */
  boolean wasFoundDead(Instant at) {
    return !started.isAfter(at) && died(at);
  }

  /** Whether a death was noted since the last start. */
  boolean dead() {
    return died != null && !started.isAfter(died);
  }
}
