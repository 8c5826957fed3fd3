package tasknet.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tasknet.monitoring.containers.Container;
import tasknet.monitoring.containers.ContainerEvent;
import tasknet.monitoring.containers.ContainerRuntime;
import tasknet.monitoring.containers.EngineState;
import tasknet.monitoring.containers.EventKind;
import tasknet.monitoring.containers.Exit;
import tasknet.monitoring.containers.LogQuery;
import tasknet.monitoring.containers.LogReader;
import tasknet.monitoring.testkit.SomeContainer;

/** A runtime whose containers and events are what a test says. */
final class ScriptedRuntime implements ContainerRuntime {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final List<ContainerEvent> events = new ArrayList<>();
  private final List<Container> containers = new ArrayList<>();
  private boolean closed;

  /** Makes it known, without any event. */
  synchronized void add(String id, String name) {
    containers.add(SomeContainer.running(id, name, NOW, null));
  }

  synchronized void happen(EventKind kind) {
    events.add(event(events.size() + 1, kind, "c1", null, Set.of()));
    notifyAll();
  }

  /** The oldest are lost, as when the ring is full. */
  synchronized void lose(int count) {
    events.subList(0, count).clear();
  }

  static ContainerEvent death(String id, Exit exit, Set<String> addresses) {
    return event(1, EventKind.DIE, id, exit, addresses);
  }

  private static ContainerEvent event(
      long sequence,
      EventKind kind,
      String id,
      @org.jspecify.annotations.Nullable Exit exit,
      Set<String> addresses) {
    return new ContainerEvent(
        sequence,
        NOW,
        kind,
        id,
        "tasknet-worker-1",
        "worker",
        exit,
        null,
        null,
        null,
        addresses,
        false);
  }

  @Override
  public void start() {}

  @Override
  public EngineState engine() {
    return new EngineState(false, "nothing listens there", "unix:///x", NOW, null, null);
  }

  @Override
  public String project() {
    return "p";
  }

  @Override
  public synchronized List<Container> containers(int readings) {
    return List.copyOf(containers);
  }

  @Override
  public synchronized long lastEvent() {
    return events.isEmpty() ? 0 : events.getLast().sequence();
  }

  @Override
  public synchronized List<ContainerEvent> eventsAfter(long sequence, Duration wait)
      throws InterruptedException {
    long until = System.nanoTime() + wait.toNanos();
    while (lastEvent() <= sequence && !closed && until - System.nanoTime() > 1_000_000) {
      wait((until - System.nanoTime()) / 1_000_000);
    }
    return events.stream().filter(event -> event.sequence() > sequence).toList();
  }

  @Override
  public synchronized boolean closed() {
    return closed;
  }

  @Override
  public void onEvent(Consumer<ContainerEvent> listener) {}

  @Override
  public LogReader logs(String id, LogQuery query) {
    throw new AssertionError("no log was to be read");
  }

  @Override
  public int openStreams() {
    return 0;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
