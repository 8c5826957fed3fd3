package tasknet.monitoring.containers;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.slf4j.helpers.NOPLogger;
import tasknet.monitoring.attention.Attention;
import tasknet.runtime.NanoClock;

/** A runtime under test, with all that it told. */
final class Watched implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final DockerContainers runtime;
  final Attention attention = new Attention(NanoClock.SYSTEM);
  final List<ContainerEvent> events = new CopyOnWriteArrayList<>();

  Watched(String host, String project) {
    runtime =
        new DockerContainers(
            new ContainerSettings(host, project, null),
            attention,
            InstantSource.system(),
            NOPLogger.NOP_LOGGER);
    runtime.onEvent(events::add);
    runtime.start();
  }

  /** At the engine's own socket. */
  static Watched of(String project) {
    Watched watched = new Watched("unix:///var/run/docker.sock", project);
    watched.awaitAvailable(true);
    return watched;
  }

  void awaitAvailable(boolean available) {
    Awaitility.await().atMost(PATIENCE).until(() -> runtime.engine().available() == available);
  }

  /** Looks at it. */
  Container container(String name) {
    attention.look();
    return runtime.containers(UsageHistory.CAPACITY).stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no container " + name));
  }

  /** Waits until it is in a state. */
  Container await(String name, ContainerState state) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                runtime.containers(0).stream()
                    .anyMatch(it -> it.name().equals(name) && it.state() == state));
    return container(name);
  }

  /** Waits for an event, of which there may be earlier ones. */
  ContainerEvent await(String name, EventKind kind) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> events.stream().anyMatch(it -> is(it, name, kind)));
    return events.stream().filter(it -> is(it, name, kind)).toList().getLast();
  }

  long count(EventKind kind) {
    return events.stream().filter(it -> it.kind() == kind).count();
  }

  @Override
  public void close() {
    runtime.close();
  }

  private static boolean is(ContainerEvent event, String name, EventKind kind) {
    return event.name().equals(name) && event.kind() == kind;
  }
}
