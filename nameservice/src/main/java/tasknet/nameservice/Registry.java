package tasknet.nameservice;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.registry.DeathAnswer;
import tasknet.registry.Departure;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerEndpoint;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskType;

/**
 * The live workers and the revision of their list, in memory; safe for any number of threads.
 * Registrations by heartbeat, which expire, lie over fixed ones, which never do.
 */
final class Registry {
  /** When a fixed worker expires; every language's dates can hold it. */
  static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");

  /**
   * A registration by heartbeat.
   *
   * @param deadline of the nano clock
   */
  private record Live(Registration registration, long deadline) {}

  private final Duration timeToLive;
  private final NanoClock clock;
  private final InstantSource time;
  private final Consumer<RegistryChange> onChange;
  private final SortedMap<WorkerId, Live> live = new TreeMap<>();
  private final SortedMap<WorkerId, Registration> fixed = new TreeMap<>();
  private final Rotation rotation = new Rotation();
  private final Departures departures;
  private long revision;

  /**
   * @param time tells the instants of expiry, and the first revision: it has to grow over restarts
   * @param onChange told of each change, in order, while the registry is locked: must be quick
   */
  Registry(
      Duration timeToLive, NanoClock clock, InstantSource time, Consumer<RegistryChange> onChange) {
    this.timeToLive = timeToLive;
    this.clock = clock;
    this.time = time;
    this.revision = time.millis();
    this.onChange = onChange;
    this.departures = new Departures(clock);
  }

  /** Puts in what was kept; each worker gets a full time to live from now. */
  synchronized void restore(RegistryContent content) {
    content.workers().forEach(worker -> live.put(worker.id(), alive(worker.registration())));
    content.fixed().forEach(worker -> fixed.put(worker.id(), worker.registration()));
    rotation.replace(registrations());
  }

  /** Registers a worker, or renews its registration. */
  synchronized RegisterResult register(WorkerId id, Registration registration) {
    Live known = live.get(id);
    if (known != null
        && registration.epoch() < known.registration.epoch()
        && !expired(known, clock.nanoTime())) {
      return new RegisterResult.Refused(known.registration.epoch());
    }
    live.put(id, alive(registration));
    boolean otherProcess = known == null || known.registration.epoch() != registration.epoch();
    if (otherProcess && departures.withdrawDeath(id, registration.epoch())) {
      changed(new RegistryChange.Returned(id, registration));
    } else if (known == null) {
      changed(new RegistryChange.Joined(id, registration));
    } else if (!known.registration.equals(registration)) {
      changed(new RegistryChange.Changed(id, registration));
    }
    return new RegisterResult.Accepted(revision);
  }

  /**
   * Renews a registration as it is.
   *
   * @return the revision; null if that worker is not registered so, and has to be
   */
  synchronized @Nullable Long renew(WorkerId id, Registration registration) {
    Live known = live.get(id);
    if (known == null || !known.registration.equals(registration)) {
      return null;
    }
    live.put(id, alive(registration));
    return revision;
  }

  /**
   * Removes a worker's registration.
   *
   * @param epoch only if it is of this epoch; null for any
   * @return whether there was one to remove; a fixed one stays
   */
  synchronized boolean depart(WorkerId id, @Nullable Long epoch) {
    Live known = live.get(id);
    if (known == null || (epoch != null && epoch != known.registration.epoch())) {
      return false;
    }
    live.remove(id);
    departed(
        id,
        known.registration.epoch(),
        Departure.Kind.LEFT,
        null,
        new RegistryChange.Departed(id, known.registration));
    return true;
  }

  /**
   * Somebody has seen that a worker's process ended. That ends its registration if it is of that
   * epoch, and is told to all who ask. It is also told of a worker that had left or expired: what
   * it was still running has ended, too.
   */
  synchronized DeathAnswer died(WorkerId id, long epoch, String cause) {
    Live known = live.get(id);
    boolean removed = known != null && known.registration.epoch() == epoch;
    if (!removed && !(known == null && isGone(id, epoch))) {
      return new DeathAnswer(false, false);
    }
    live.remove(id);
    departed(id, epoch, Departure.Kind.DIED, cause, new RegistryChange.Died(id, epoch, cause));
    return new DeathAnswer(removed, true);
  }

  private boolean isGone(WorkerId id, long epoch) {
    Departure last = departures.last(id);
    return last != null && last.epoch() == epoch && last.kind() != Departure.Kind.DIED;
  }

  /** Removes every worker whose time to live is over. */
  synchronized void expire() {
    long now = clock.nanoTime();
    Map<WorkerId, Live> over = new TreeMap<>(live);
    over.values().removeIf(worker -> !expired(worker, now));
    over.forEach(
        (id, worker) -> {
          live.remove(id);
          departed(
              id,
              worker.registration.epoch(),
              Departure.Kind.EXPIRED,
              null,
              new RegistryChange.Expired(id, worker.registration));
        });
  }

  /** How long until the first worker's time to live is over; nothing without workers. */
  synchronized Optional<Duration> untilNextExpiry() {
    long now = clock.nanoTime();
    return live.values().stream()
        .map(worker -> Duration.ofNanos(worker.deadline - now))
        .min(Duration::compareTo);
  }

  /** Lets every worker live longer, for time in which no heartbeat could be heard. */
  synchronized void prolong(Duration lost) {
    live.replaceAll(
        (id, worker) -> new Live(worker.registration, worker.deadline + lost.toNanos()));
  }

  /**
   * The live workers, and the recent departures of all types.
   *
   * @param type only those that run it; null for all
   */
  synchronized WorkerList list(@Nullable TaskType type) {
    long now = clock.nanoTime();
    Instant instant = time.instant();
    List<RegisteredWorker> workers = new ArrayList<>();
    registrations()
        .forEach(
            (id, registration) -> {
              if (type == null || registration.types().contains(type)) {
                Live worker = live.get(id);
                Instant expiresAt =
                    worker == null ? NEVER : instant.plusNanos(worker.deadline - now);
                workers.add(new RegisteredWorker(id, registration, expiresAt, worker == null));
              }
            });
    return new WorkerList(revision, workers, departures.list());
  }

  /** The next worker for a task of a type, or null if none is live. */
  synchronized @Nullable WorkerEndpoint lookup(TaskType type) {
    return rotation.next(type);
  }

  /** Grows with each change. */
  synchronized long revision() {
    return revision;
  }

  /** How many workers are live, fixed ones too. */
  synchronized int size() {
    return registrations().size();
  }

  /** What is to be kept over a restart. */
  synchronized RegistryContent content() {
    List<RegistryContent.Worker> workers = new ArrayList<>();
    live.forEach((id, it) -> workers.add(RegistryContent.Worker.of(id, it.registration)));
    List<RegistryContent.Fixed> kept = new ArrayList<>();
    fixed.forEach((id, it) -> kept.add(RegistryContent.Fixed.of(id, it)));
    return new RegistryContent(RegistryContent.VERSION, workers, kept);
  }

  private void departed(
      WorkerId id, long epoch, Departure.Kind kind, @Nullable String cause, RegistryChange change) {
    departures.add(new Departure(id, epoch, kind, cause, time.instant(), revision + 1));
    changed(change);
  }

  private void changed(RegistryChange change) {
    revision++;
    rotation.replace(registrations());
    onChange.accept(change);
  }

  private Map<WorkerId, Registration> registrations() {
    Map<WorkerId, Registration> all = new TreeMap<>(fixed);
    live.forEach((id, worker) -> all.put(id, worker.registration));
    return all;
  }

  private Live alive(Registration registration) {
    return new Live(registration, clock.nanoTime() + timeToLive.toNanos());
  }

  private static boolean expired(Live worker, long now) {
    return now - worker.deadline >= 0;
  }
}
