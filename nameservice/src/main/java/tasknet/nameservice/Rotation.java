package tasknet.nameservice;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tasknet.registry.Registration;
import tasknet.registry.WorkerEndpoint;
import tasknet.registry.WorkerId;
import tasknet.task.TaskType;

/**
 * Whose turn it is for each type: workers in the order of their ids, round and round. Remembers the
 * last one by its id, so that coming and going of others does not begin a round anew.
 */
final class Rotation {
  private final Map<TaskType, NavigableMap<WorkerId, WorkerEndpoint>> byType = new HashMap<>();
  private final Map<TaskType, WorkerId> last = new HashMap<>();

  void replace(Map<WorkerId, Registration> workers) {
    byType.clear();
    workers.forEach(
        (id, registration) -> {
          WorkerEndpoint endpoint =
              new WorkerEndpoint(id, registration.host(), registration.port());
          for (TaskType type : registration.types()) {
            byType.computeIfAbsent(type, _ -> new TreeMap<>()).put(id, endpoint);
          }
        });
    last.keySet().retainAll(byType.keySet());
  }

  @Nullable WorkerEndpoint next(TaskType type) {
    NavigableMap<WorkerId, WorkerEndpoint> workers = byType.get(type);
    if (workers == null) {
      return null;
    }
    WorkerId before = last.get(type);
    Map.Entry<WorkerId, WorkerEndpoint> next = before == null ? null : workers.higherEntry(before);
    WorkerEndpoint endpoint = next == null ? workers.firstEntry().getValue() : next.getValue();
    last.put(type, endpoint.id());
    return endpoint;
  }
}
