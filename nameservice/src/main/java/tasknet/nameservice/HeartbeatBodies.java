package tasknet.nameservice;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import tasknet.http.LastRead;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;

/** Reads heartbeats. Nearly all say what the one before said, and those are not parsed. */
final class HeartbeatBodies {
  private final Map<WorkerId, LastRead<Registration>> byWorker;

  /**
   * @param most of so many workers the last one is kept
   */
  HeartbeatBodies(int most) {
    byWorker =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<WorkerId, LastRead<Registration>> eldest) {
            return size() > most;
          }
        };
  }

  /** What a heartbeat says. */
  Registration read(WorkerId id, byte[] body, Function<byte[], Registration> parser) {
    return of(id).read(body, parser);
  }

  private synchronized LastRead<Registration> of(WorkerId id) {
    return byWorker.computeIfAbsent(id, _ -> new LastRead<>());
  }
}
