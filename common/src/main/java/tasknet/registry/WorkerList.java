package tasknet.registry;

import java.util.List;

/**
 * All live workers at one revision of the registry: the answer of {@code GET /workers}.
 *
 * @param revision grows with each registration, change and departure; not with mere heartbeats
 * @param workers ordered by id
 */
public record WorkerList(long revision, List<RegisteredWorker> workers) {
  public WorkerList {
    workers = List.copyOf(workers);
  }
}
