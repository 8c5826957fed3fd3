package tasknet.monitoring.live;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.registry.Heartbeats;
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
public record KnownWorkers(List<KnownWorkers.Worker> list, @Nullable String reason) {
  /**
   * One of them.
   *
   * @param types sorted
   * @param fixed whether it is one that never expires
   * @param hostname of the machine or container that it runs in; null when it did not say
   * @param heartbeatAge how long ago its last heartbeat was; null when nobody says, or it sends
   *     none
   * @param late whether the next heartbeat should have come by now
   */
  public record Worker(
      WorkerId id,
      List<TaskType> types,
      String host,
      int port,
      int capacity,
      Instant startedAt,
      Instant expiresAt,
      boolean fixed,
      @Nullable String hostname,
      @Nullable Duration heartbeatAge,
      @Nullable Boolean late) {
    /** After so many intervals without one it is late: a machine may be busy. */
    private static final double PATIENCE = 1.5;

    private static Worker of(RegisteredWorker worker, @Nullable Heartbeats heartbeats) {
      Registration registration = worker.registration();
      Duration age = heartbeats == null || worker.fixed() ? null : heartbeats.age(worker);
      Boolean late = null;
      if (age != null && heartbeats != null) {
        late = age.toNanos() > PATIENCE * heartbeats.interval().toNanos();
      }
      return new Worker(
          worker.id(),
          registration.types().stream().sorted().toList(),
          registration.host(),
          registration.port(),
          registration.capacity(),
          registration.startedAt(),
          worker.expiresAt(),
          worker.fixed(),
          registration.hostname(),
          age,
          late);
    }
  }

  static KnownWorkers of(WorkerList workers) {
    return new KnownWorkers(
        workers.workers().stream().map(it -> Worker.of(it, workers.heartbeats())).toList(), null);
  }

  /** Asks the nameservice. */
  static KnownWorkers asked(ServiceCheck nameservice) {
    try {
      return of(nameservice.workers());
    } catch (NoAnswerException e) {
      return unknown(String.valueOf(e.getMessage()));
    }
  }

  static KnownWorkers unknown(String reason) {
    return new KnownWorkers(List.of(), reason);
  }
}
