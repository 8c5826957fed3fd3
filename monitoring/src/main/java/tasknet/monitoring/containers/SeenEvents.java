package tasknet.monitoring.containers;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which events came already: after an interruption the engine is asked to repeat the last ones. */
final class SeenEvents {
  private static final int KEPT = 1_000;

  private record Key(String actor, String action, Instant at, @Nullable String container) {}

  private final Set<Key> keys = new LinkedHashSet<>();
  private @Nullable Instant last;

  /** Notes an event; false when it came before. */
  boolean add(EngineEvent event) {
    if (last == null || event.at().isAfter(last)) {
      last = event.at();
    }
    if (keys.size() >= KEPT) {
      keys.remove(keys.iterator().next());
    }
    return keys.add(new Key(event.actor(), event.action(), event.at(), event.container()));
  }

  /** The time of the newest; null before the first. */
  @Nullable Instant last() {
    return last;
  }
}
