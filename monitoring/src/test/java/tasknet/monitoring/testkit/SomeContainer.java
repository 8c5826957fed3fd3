package tasknet.monitoring.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.monitoring.containers.Container;
import tasknet.monitoring.containers.ContainerState;
import tasknet.monitoring.containers.Usage;

/** Containers as an engine tells them. */
public final class SomeContainer {
  private SomeContainer() {}

  /** One of a worker, that runs. */
  public static Container running(
      String id, String name, Instant since, @Nullable List<Usage> history) {
    return new Container(
        id,
        name,
        "worker",
        1,
        "tasknet/worker",
        ContainerState.RUNNING,
        null,
        null,
        since,
        since,
        null,
        Duration.ofSeconds(1),
        0,
        null,
        null,
        null,
        List.of(),
        Map.of(),
        Map.of(),
        null,
        history);
  }
}
