package tasknet.monitoring.containers;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.monitoring.attention.Attention;
import tasknet.runtime.Backoff;

/** The containers of a Docker engine; connects again by itself for as long as it is open. */
public final class DockerContainers implements ContainerRuntime {
  /** How many events are kept. */
  public static final int EVENTS_KEPT = 1_000;

  private static final Backoff BACKOFF =
      new Backoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(10), 0.25);

  private final ContainerSettings settings;
  private final Attention attention;
  private final InstantSource time;
  private final Logger log;
  private final KnownContainers known;
  private final SeenEvents seen = new SeenEvents();
  private final EventRing events = new EventRing(EVENTS_KEPT);
  private final List<Consumer<ContainerEvent>> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable DockerEngine connected;
  private volatile @Nullable String project;
  private volatile EngineState state;

  /**
   * @param attention while somebody looks, what containers use is read every second
   */
  public DockerContainers(
      ContainerSettings settings, Attention attention, InstantSource time, Logger log) {
    this.settings = settings;
    this.attention = attention;
    this.time = time;
    this.log = log;
    known = new KnownContainers(time);
    project = settings.project();
    state =
        new EngineState(
            false, "it was not asked yet", settings.dockerHost(), time.instant(), null, null);
    thread = Thread.ofVirtual().name("docker").unstarted(this::stayConnected);
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public EngineState engine() {
    return state;
  }

  @Override
  public String project() {
    String found = project;
    return found == null ? ContainerSettings.DEFAULT_PROJECT : found;
  }

  @Override
  public List<Container> containers(int readings) {
    return known.list(state.available(), readings);
  }

  @Override
  public long lastEvent() {
    return events.last();
  }

  @Override
  public List<ContainerEvent> eventsAfter(long sequence, Duration wait)
      throws InterruptedException {
    return events.after(sequence, wait);
  }

  @Override
  public boolean closed() {
    return events.closed();
  }

  @Override
  public void onEvent(Consumer<ContainerEvent> listener) {
    listeners.add(listener);
  }

  @Override
  public LogReader logs(String id, LogQuery query) throws IOException, InterruptedException {
    DockerEngine engine = connected;
    if (engine == null) {
      throw new EngineAwayException(String.valueOf(state.reason()));
    }
    try {
      return engine.logs(id, query);
    } catch (EngineAwayException e) {
      // It was closed meanwhile when it did not answer something else: that is the reason.
      EngineState now = state;
      throw now.available() ? e : new EngineAwayException(String.valueOf(now.reason()));
    }
  }

  @Override
  public int openStreams() {
    return known.openStreams();
  }

  @Override
  public void close() {
    closing.countDown();
    events.close();
    thread.interrupt();
    if (thread.getState() != Thread.State.NEW) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void stayConnected() {
    SplittableRandom random = new SplittableRandom();
    int failures = 0;
    try {
      while (closing.getCount() > 0) {
        failures = connect() ? 1 : failures + 1;
        long wait = BACKOFF.after(failures, random).toMillis();
        if (closing.await(wait, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // It is being closed.
    }
  }

  /** Stays with the engine until it is away; whether it was there. */
  private boolean connect() throws InterruptedException {
    try (DockerEngine engine = new DockerEngine(settings.dockerHost())) {
      return away(stay(engine)); // before it is closed, which ends what others ask of it
    } catch (RuntimeException e) {
      // Whatever docker-java could not read must not end the only thread that connects.
      String reason = "its answer was not understood: " + e;
      if (!reason.equals(state.reason())) {
        log.error("the engine's answer was not understood", e);
      }
      return away(reason);
    } finally {
      connected = null;
    }
  }

  /** Stays with the engine until it is away, and says why it is. */
  private String stay(DockerEngine engine) throws InterruptedException {
    try {
      DockerEngine.Versions versions = engine.versions();
      String ours = project;
      if (ours == null) {
        ours = detect(engine);
        project = ours;
      }
      connected = engine;
      new EngineSession(engine, ours, known, attention, seen, this::emit, log)
          .run(() -> available(versions));
      return "the session ended";
    } catch (EngineAwayException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String detect(DockerEngine engine) throws EngineAwayException, InterruptedException {
    String hostname = settings.hostname();
    String found = hostname == null ? null : engine.projectOf(hostname);
    return found == null ? ContainerSettings.DEFAULT_PROJECT : found;
  }

  private void available(DockerEngine.Versions versions) {
    state =
        new EngineState(
            true, null, settings.dockerHost(), time.instant(), versions.engine(), versions.api());
    log.info(
        "Docker {} answers at {}; project {} has {} containers",
        versions.engine(),
        settings.dockerHost(),
        project(),
        known.ids().size());
  }

  /** Notes that the engine is away; returns whether it was there before. */
  private boolean away(String reason) {
    EngineState before = state;
    if (closing.getCount() == 0 || reason.equals(before.reason())) {
      return before.available();
    }
    state =
        new EngineState(
            false,
            reason,
            settings.dockerHost(),
            before.available() ? time.instant() : before.since(),
            before.version(),
            before.apiVersion());
    if (before.available()) {
      log.warn("Docker is away: {}", reason);
    } else {
      // Docker need not be there: without it all goes on by heartbeats.
      log.info("Docker is not seen: {}", reason);
    }
    return before.available();
  }

  private void emit(ContainerEvent event) {
    ContainerEvent numbered = events.add(event);
    for (Consumer<ContainerEvent> listener : listeners) {
      try {
        listener.accept(numbered);
      } catch (RuntimeException e) {
        log.error("a listener failed at {}", numbered, e);
      }
    }
  }
}
