package tasknet.nameservice;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasknet.http.LastRead;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;

/** Reads heartbeats. Nearly all say what the one before said, and those are not parsed. */
final class HeartbeatBodies {
  private final Map<String, LastRead<Registration>> byWorker;

  /**
   * @param most of so many workers the last one is kept
   */
  HeartbeatBodies(int most) {
    byWorker =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, LastRead<Registration>> eldest) {
            return size() > most;
          }
        };
  }

  /** What a heartbeat says that says what the one before said; else null. */
  @Nullable Registration known(String worker, byte[] body) {
    LastRead<Registration> last = last(worker);
    return last == null ? null : last.known(body);
  }

  /** What a heartbeat says. */
  Registration read(WorkerId id, byte[] body, Function<byte[], Registration> parser) {
    return of(id.name()).read(body, parser);
  }

  private synchronized @Nullable LastRead<Registration> last(String worker) {
    return byWorker.get(worker);
  }

  private synchronized LastRead<Registration> of(String worker) {
    return byWorker.computeIfAbsent(worker, _ -> new LastRead<>());
  }
}
