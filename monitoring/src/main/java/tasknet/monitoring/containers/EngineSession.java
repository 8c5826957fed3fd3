package tasknet.monitoring.containers;

import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Statistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.monitoring.attention.Attention;

/**
 * The time from the moment the engine answers until it no longer does. One thread takes the events
 * in their order; a second asks what became of the containers that they are about, which may wait
 * for the engine; a third asks whether the engine is there.
 */
final class EngineSession {
  private static final Duration PULSE = Duration.ofSeconds(2);
  private static final Duration UNLOOKED_PULSE = Duration.ofSeconds(5);

  /** Every so many pulses all containers are compared; and read, while nobody looks. */
  private static final int COMPARE = 2;

  /** The kernel's word that memory ran out may come a little after the end of the process. */
  private static final Duration ASKED_FOR_MEMORY = Duration.ofMillis(250);

  private final DockerEngine engine;
  private final String project;
  private final KnownContainers known;
  private final Attention attention;
  private final SeenEvents seen;
  private final Consumer<ContainerEvent> emit;
  private final Logger log;
  private final BlockingQueue<Item> inbox = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> toAsk = new LinkedBlockingQueue<>();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  private sealed interface Item {
    record Told(EngineEvent event) implements Item {}

    record Found(KnownContainers.Missed missed) implements Item {}

    record Lost(String reason) implements Item {}
  }

  EngineSession(
      DockerEngine engine,
      String project,
      KnownContainers known,
      Attention attention,
      SeenEvents seen,
      Consumer<ContainerEvent> emit,
      Logger log) {
    this.engine = engine;
    this.project = project;
    this.known = known;
    this.attention = attention;
    this.seen = seen;
    this.emit = emit;
    this.log = log;
  }

  /**
   * Goes on until the engine is away.
   *
   * @param ready called when all containers are known
   */
  void run(Runnable ready) throws EngineAwayException, InterruptedException {
    List<Thread> threads = new ArrayList<>();
    try (DockerStream<Event> _ =
        engine.events(
            seen.last(),
            event -> inbox.add(new Item.Told(event)),
            cause -> inbox.add(new Item.Lost(engine.reason(cause))))) {
      compare(true);
      ready.run();
      threads.add(Thread.ofVirtual().name("docker-ask").start(this::ask));
      threads.add(Thread.ofVirtual().name("docker-pulse").start(this::pulse));
      while (true) {
        switch (inbox.take()) {
          case Item.Told(EngineEvent event) -> take(event);
          case Item.Found(KnownContainers.Missed missed) -> take(missed);
          case Item.Lost(String reason) -> throw new EngineAwayException(reason);
        }
      }
    } finally {
      threads.forEach(Thread::interrupt);
      for (Thread thread : threads) {
        thread.join();
      }
      known.closeStreams();
    }
  }

  private void take(EngineEvent event) throws InterruptedException {
    String id = event.container();
    boolean ours = event.ofProject(project) || known.knows(id);
    boolean ofOthers = event.ofNetwork() && event.kind() == null;
    if (id == null || !ours || ofOthers || !seen.add(event)) {
      return;
    }
    EventKind kind = event.kind();
    if (kind == null) {
      if (event.verb().equals("destroy")) {
        known.forget(id);
      } else {
        known.note(id, event.name(), event.service());
        askFor(id);
      }
      return;
    }
    boolean news = true;
    Exit exit = null;
    switch (kind) {
      case START -> known.started(id, event.at());
      case OOM -> known.outOfMemory(id);
      case KILL -> known.killed(id);
      case DIE -> {
        news = known.died(id, event.at());
        exit = news ? exit(id, event.exitCode()) : null;
      }
      case STOP, PAUSE, UNPAUSE, RESTART, HEALTH_STATUS, CONNECT, DISCONNECT -> {}
    }
    if (news) {
      emit.accept(event(event, id, kind, exit));
    }
    askFor(id);
  }

  private void take(KnownContainers.Missed missed) {
    Container container = missed.container();
    String id = container.id();
    if (known.wasFoundDead(missed)) {
      emit.accept(
          new ContainerEvent(
              0,
              missed.at(),
              EventKind.DIE,
              id,
              container.name(),
              container.service(),
              missed.exit(),
              null,
              null,
              null,
              known.addresses(id),
              true));
    }
    askFor(id);
  }

  private ContainerEvent event(EngineEvent event, String id, EventKind kind, @Nullable Exit exit) {
    String told = event.name();
    boolean ofNetwork = event.ofNetwork();
    return new ContainerEvent(
        0,
        event.at(),
        kind,
        id,
        ofNetwork || told == null ? known.name(id) : told,
        ofNetwork ? known.service(id) : event.service(),
        exit,
        kind == EventKind.KILL ? event.signal() : null,
        kind == EventKind.HEALTH_STATUS ? event.detail() : null,
        ofNetwork ? told : null,
        known.addresses(id),
        false);
  }

  /** Out of memory looks like any SIGKILL; the engine is asked only when nobody sent one. */
  private @Nullable Exit exit(String id, @Nullable Integer code) throws InterruptedException {
    if (code == null) {
      return null;
    }
    Exit exit = new Exit(code, code != 0 && known.sawOutOfMemory(id));
    boolean ask = exit.bySigkill() && !exit.outOfMemory() && !known.sawKill(id);
    return ask ? new Exit(code, engine.outOfMemory(id, ASKED_FOR_MEMORY)) : exit;
  }

  private void askFor(String id) {
    if (asked.add(id)) {
      toAsk.add(id);
    }
  }

  /** The second thread. */
  private void ask() {
    try {
      while (true) {
        String id = toAsk.take();
        asked.remove(id);
        try {
          ask(id);
        } catch (EngineAwayException e) {
          log.debug("container {} was not told: {}", id, e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      // The session has ended.
    }
  }

  private void ask(String id) throws EngineAwayException, InterruptedException {
    Container now = engine.container(id);
    if (now == null) {
      known.forget(id);
    } else if (known.knows(id)) {
      known.update(now, this::open);
    }
  }

  /** The third thread. */
  private void pulse() {
    try {
      for (int beat = 1; ; beat++) {
        attention.awaitLook(attention.isThere() ? PULSE : UNLOOKED_PULSE);
        engine.ping();
        if (attention.isThere() || beat % COMPARE == 0) {
          known.openStreams(this::open);
        }
        if (beat % COMPARE == 0) {
          compare(false);
        }
      }
    } catch (EngineAwayException e) {
      inbox.add(new Item.Lost(String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      // The session has ended.
    }
  }

  /**
   * Compares what is known with what the engine lists.
   *
   * @param all whether those whose state seems the same are asked for, too, and at once
   */
  private void compare(boolean all) throws EngineAwayException, InterruptedException {
    Set<String> gone = new HashSet<>(known.ids());
    for (DockerEngine.Listed listed : engine.list(project)) {
      gone.remove(listed.id());
      if (all) {
        Container now = engine.container(listed.id());
        KnownContainers.Missed missed = now == null ? null : known.update(now, this::open);
        if (missed != null) {
          inbox.add(new Item.Found(missed));
        }
      } else if (known.differs(listed.id(), listed.state())) {
        known.note(listed.id());
        askFor(listed.id());
      }
    }
    if (all) {
      known.missing(gone).forEach(missed -> inbox.add(new Item.Found(missed)));
    }
    gone.forEach(this::askFor);
  }

  private DockerStream<Statistics> open(TrackedContainer container) {
    return engine.stats(
        container.id, counters -> read(container, counters), _ -> known.streamEnded(container));
  }

  /**
   * While nobody looks, one reading is enough for a while: an open stream costs the engine, for
   * each container, half a percent of a processor.
   */
  private void read(TrackedContainer container, Usage.Counters counters) {
    container.history.add(counters);
    if (!attention.isThere()) {
      known.pauseStream(container);
    }
  }
}
