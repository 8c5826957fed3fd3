package tasknet.monitoring;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.task.TaskType;

/**
 * The workers that the nameservice knows.
 *
 * @param list ordered by id; empty when it was not told
 * @param reason why it was not told; null when it was
 */
record KnownWorkers(List<KnownWorkers.Worker> list, @Nullable String reason) {
  /**
   * One of them.
   *
   * @param types sorted
   * @param fixed whether it is one that never expires
   */
  record Worker(
      WorkerId id,
      List<TaskType> types,
      String host,
      int port,
      int capacity,
      Instant startedAt,
      Instant expiresAt,
      boolean fixed) {
    private static Worker of(RegisteredWorker worker) {
      Registration registration = worker.registration();
      return new Worker(
          worker.id(),
          registration.types().stream().sorted().toList(),
          registration.host(),
          registration.port(),
          registration.capacity(),
          registration.startedAt(),
          worker.expiresAt(),
          worker.fixed());
    }
  }

  static KnownWorkers of(WorkerList workers) {
    return new KnownWorkers(workers.workers().stream().map(Worker::of).toList(), null);
  }

  static KnownWorkers unknown(String reason) {
    return new KnownWorkers(List.of(), reason);
  }
}
