package tasknet.monitoring.containers;

import com.github.dockerjava.api.model.Statistics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The containers of the project as they were last seen, with their streams of readings. */
final class KnownContainers {
  private final Map<String, TrackedContainer> all = new LinkedHashMap<>();
  private final InstantSource time;

  /** Opens the stream of a container's readings. */
  interface Streams {
    DockerStream<Statistics> open(TrackedContainer container);
  }

  /**
   * What was found to have ended without being told.
   *
   * @param exit null when it is not known
   */
  record Missed(Container container, Instant at, @Nullable Exit exit) {}

  KnownContainers(InstantSource time) {
    this.time = time;
  }

  /** It belongs to the project; the engine is still to be asked for the rest. */
  synchronized TrackedContainer note(String id) {
    return all.computeIfAbsent(id, TrackedContainer::new);
  }

  /** The same, with what is known of it already. */
  synchronized void note(String id, @Nullable String name, @Nullable String service) {
    TrackedContainer tracked = note(id);
    tracked.name = name;
    tracked.service = service;
  }

  synchronized boolean knows(@Nullable String id) {
    return id != null && all.containsKey(id);
  }

  synchronized @Nullable TrackedContainer find(String id) {
    return all.get(id);
  }

  synchronized Set<String> ids() {
    return new TreeSet<>(all.keySet());
  }

  /** It is gone. */
  synchronized void forget(String id) {
    TrackedContainer gone = all.remove(id);
    if (gone != null) {
      closeStream(gone);
    }
  }

  /** Whether the last that is known of its state is something else. */
  synchronized boolean differs(String id, String state) {
    TrackedContainer tracked = all.get(id);
    Container container = tracked == null ? null : tracked.container;
    return container == null || !container.state().word().equals(state);
  }

  synchronized void started(String id, Instant at) {
    note(id).started(at);
  }

  /** Whether this death is news; its stream of readings ends. */
  synchronized boolean died(String id, Instant at) {
    TrackedContainer tracked = note(id);
    return closedIf(tracked.died(at), tracked);
  }

  /** The same for one that was found out later. */
  synchronized boolean wasFoundDead(Missed missed) {
    TrackedContainer tracked = note(missed.container().id());
    return closedIf(tracked.wasFoundDead(missed.at()), tracked);
  }

  /** Those of the given that ran when they were last seen. */
  synchronized List<Missed> missing(Set<String> gone) {
    return all.values().stream()
        .map(tracked -> tracked.container)
        .filter(Objects::nonNull)
        .filter(container -> gone.contains(container.id()) && container.state().alive())
        .map(container -> new Missed(container, time.instant(), null))
        .toList();
  }

  synchronized void outOfMemory(String id) {
    note(id).outOfMemory = true;
  }

  synchronized void killed(String id) {
    note(id).killed = true;
  }

  synchronized boolean sawOutOfMemory(String id) {
    return note(id).outOfMemory;
  }

  synchronized boolean sawKill(String id) {
    return note(id).killed;
  }

  synchronized Set<String> addresses(String id) {
    TrackedContainer tracked = all.get(id);
    return tracked == null ? Set.of() : tracked.addresses;
  }

  synchronized String name(String id) {
    TrackedContainer tracked = note(id);
    Container container = tracked.container;
    String told = tracked.name;
    return container != null ? container.name() : told != null ? told : id;
  }

  synchronized @Nullable String service(String id) {
    TrackedContainer tracked = note(id);
    Container container = tracked.container;
    return container == null ? tracked.service : container.service();
  }

  /**
   * Takes over what the engine says now, and opens or closes the stream of readings as it needs.
   *
   * @return the end that nobody was told of, if there was one
   */
  synchronized @Nullable Missed update(Container now, Streams streams) {
    TrackedContainer tracked = note(now.id());
    Container before = tracked.container;
    tracked.container = now;
    if (!now.networks().isEmpty()) {
      tracked.addresses = Set.copyOf(now.networks().values());
    }
    Missed missed = before == null || tracked.dead() ? null : missed(before, now);
    Instant started = now.startedAt();
    if (started != null && missed == null) {
      tracked.started(started);
    }
    stream(tracked, streams);
    return missed;
  }

  /** Opens the streams that are missing. */
  synchronized void openStreams(Streams streams) {
    all.values().forEach(tracked -> stream(tracked, streams));
  }

  /** The engine ended a stream. */
  synchronized void streamEnded(TrackedContainer tracked) {
    tracked.stats = null;
    tracked.history.ended();
  }

  /** Its readings go on when its stream is opened again. */
  synchronized void pauseStream(TrackedContainer tracked) {
    DockerStream<Statistics> open = tracked.stats;
    tracked.stats = null;
    if (open != null) {
      open.close();
    }
  }

  synchronized void closeStreams() {
    all.values().forEach(this::closeStream);
  }

  synchronized int openStreams() {
    return (int) all.values().stream().filter(tracked -> tracked.stats != null).count();
  }

  /** By name. */
  synchronized List<Container> list(boolean current, int readings) {
    Instant now = time.instant();
    return all.values().stream()
        .filter(tracked -> tracked.container != null)
        .map(tracked -> seen(tracked, now, current, readings))
        .sorted(Comparator.comparing(Container::name))
        .toList();
  }

  private static Container seen(
      TrackedContainer tracked, Instant now, boolean current, int readings) {
    Container it = Objects.requireNonNull(tracked.container);
    Instant started = it.startedAt();
    boolean alive = it.state().alive();
    return it.with(
        alive && started != null ? uptime(started, now) : null,
        alive && current ? tracked.history.latest() : null,
        readings > 0 ? tracked.history.newest(readings) : null);
  }

  /** To the millisecond; never below zero when two clocks differ. */
  private static Duration uptime(Instant started, Instant now) {
    return Duration.ofMillis(Math.max(0, Duration.between(started, now).toMillis()));
  }

  private @Nullable Missed missed(Container before, Container now) {
    boolean sameRun = now.state().alive() && Objects.equals(before.startedAt(), now.startedAt());
    if (!before.state().alive() || sameRun) {
      return null;
    }
    Integer code = now.exitCode();
    Instant finished = now.finishedAt();
    boolean known = !now.state().alive() && code != null;
    Exit exit = known && code != null ? new Exit(code, outOfMemory(now)) : null;
    return new Missed(before, finished == null ? time.instant() : finished, exit);
  }

  private static boolean outOfMemory(Container now) {
    return new Exit(1, true).cause().equals(now.exitCause());
  }

  private boolean closedIf(boolean dead, TrackedContainer tracked) {
    if (dead) {
      closeStream(tracked);
    }
    return dead;
  }

  private void stream(TrackedContainer tracked, Streams streams) {
    Container container = tracked.container;
    boolean wanted = container != null && container.state().alive() && !tracked.dead();
    if (wanted && tracked.stats == null) {
      tracked.stats = streams.open(tracked);
    } else if (!wanted) {
      closeStream(tracked);
    }
  }

  private void closeStream(TrackedContainer tracked) {
    tracked.history.ended();
    pauseStream(tracked);
  }
}
