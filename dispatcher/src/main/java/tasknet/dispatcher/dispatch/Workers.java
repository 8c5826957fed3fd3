package tasknet.dispatcher.dispatch;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.task.TaskType;

/**
 * All workers that are registered or have attempts, and the choice among them: the less loaded of
 * two at random, which spreads the load nearly as well as looking at all. For the loop's thread.
 */
final class Workers {
  private final RandomGenerator random;
  private final Map<String, KnownWorker> byName = new LinkedHashMap<>();
  private final Map<TaskType, List<KnownWorker>> byType = new HashMap<>();
  private final Map<TaskType, WorkersWithRoom> choices = new HashMap<>();

  Workers(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Where the workers of a list are. Looked up anew each time, because the address behind a name
   * may change; that may take a while, so not on the loop.
   */
  static Map<WorkerId, InetSocketAddress> addresses(WorkerList list) {
    Map<WorkerId, InetSocketAddress> addresses = new HashMap<>();
    for (RegisteredWorker entry : list.workers()) {
      Registration registration = entry.registration();
      addresses.put(entry.id(), new InetSocketAddress(registration.host(), registration.port()));
    }
    return addresses;
  }

  /**
   * The registry has changed.
   *
   * @param addresses of these workers
   * @param onRestart told of workers that are new processes
   */
  void update(
      WorkerList list,
      Map<WorkerId, InetSocketAddress> addresses,
      long now,
      Consumer<KnownWorker> onRestart) {
    Set<String> listed = new HashSet<>();
    for (RegisteredWorker entry : list.workers()) {
      Registration registration = entry.registration();
      listed.add(entry.id().name());
      InetSocketAddress address = Objects.requireNonNull(addresses.get(entry.id()));
      KnownWorker worker = known(entry.id(), address, registration.epoch(), now);
      boolean fresh = !worker.registered;
      worker.registered = true;
      worker.dead = false;
      worker.hostname = registration.hostname();
      Instant startedAt = registration.startedAt();
      worker.startedAt = startedAt.equals(Instant.EPOCH) ? null : startedAt; // of a fixed worker
      worker.types = registration.types();
      worker.capacity = registration.capacity();
      worker.peer.moveTo(address);
      if (registration.epoch() > worker.epoch || isOfAnEarlierClock(registration, worker, fresh)) {
        worker.restarted(registration.epoch(), now);
        onRestart.accept(worker);
      } else if (fresh && !worker.suspect && !worker.owesAnswer) {
        worker.restarted(worker.epoch, now);
      }
    }
    for (KnownWorker worker : List.copyOf(byName.values())) {
      if (!listed.contains(worker.id.name())) {
        worker.registered = false;
        forgetIfDone(worker);
      }
    }
    byType.clear();
    choices.clear();
    for (KnownWorker worker : byName.values()) {
      Set<TaskType> types = worker.registered ? worker.types : Set.of();
      types.forEach(type -> byType.computeIfAbsent(type, _ -> new ArrayList<>()).add(worker));
      worker.competeIn(
          types.stream()
              .map(type -> choices.computeIfAbsent(type, _ -> new WorkersWithRoom()))
              .toList());
    }
  }

  /**
   * Whether a lesser epoch is that of a new process whose clock was set back: the registry takes it
   * only when the other one is gone. While that one answers, the list is older than its words.
   */
  private static boolean isOfAnEarlierClock(
      Registration registration, KnownWorker worker, boolean fresh) {
    return registration.epoch() < worker.epoch
        && registration.epoch() > 0 // a fixed worker's is not known
        && (fresh || worker.suspect);
  }

  /** The worker of that name, made known when it is not. */
  KnownWorker known(WorkerId id, InetSocketAddress address, long epoch, long now) {
    return byName.computeIfAbsent(id.name(), _ -> new KnownWorker(id, address, epoch, now));
  }

  /** The worker of that name, or null. */
  @Nullable KnownWorker find(String name) {
    return byName.get(name);
  }

  Collection<KnownWorker> all() {
    return byName.values();
  }

  /** The live workers of a type. */
  List<KnownWorker> of(TaskType type) {
    return byType.getOrDefault(type, List.of());
  }

  Set<TaskType> types() {
    return byType.keySet();
  }

  /** A worker that can take an attempt of that type now, or null. */
  @Nullable KnownWorker choose(TaskType type, long now) {
    WorkersWithRoom candidates = choices.get(type);
    if (candidates == null || candidates.isEmpty()) {
      return null;
    }
    KnownWorker one = candidates.any(random);
    KnownWorker other = candidates.any(random);
    int oneFree = one.free(now);
    int otherFree = other.free(now);
    if (oneFree == 0 && otherFree == 0) {
      return anyFree(candidates, now);
    }
    // Compares free/capacity without dividing.
    return (long) oneFree * other.capacity >= (long) otherFree * one.capacity ? one : other;
  }

  /**
   * A worker that has left is forgotten as soon as nothing of it is running. Not a suspect, because
   * a nameservice that was restarted may list it again without having heard of it.
   */
  void forgetIfDone(KnownWorker worker) {
    if (!worker.registered && !worker.suspect && worker.isIdle()) {
      // Another one may have its name by now: it left, and came back during its last commit.
      byName.remove(worker.id.name(), worker);
    }
  }

  /** Whoever has room and is not free is suspect, or has refused: that is rare. */
  private static @Nullable KnownWorker anyFree(WorkersWithRoom candidates, long now) {
    for (KnownWorker candidate : candidates.all()) {
      if (candidate.free(now) > 0) {
        return candidate;
      }
    }
    return null;
  }
}
