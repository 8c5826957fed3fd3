package tasknet.monitoring.containers;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** Shows a {@link ContainerRuntime} as meters. */
public final class ContainerMetrics {
  private ContainerMetrics() {}

  /** Registers the meters; they live as long as the runtime. */
  public static void bind(ContainerRuntime runtime, MeterRegistry meters) {
    Gauge.builder("tasknet.docker.available", runtime, it -> it.engine().available() ? 1 : 0)
        .description("1 when the Docker engine answers")
        .register(meters);
    Gauge.builder("tasknet.docker.streams", runtime, ContainerRuntime::openStreams)
        .description("Open streams of containers' readings")
        .register(meters);
    for (ContainerState state : ContainerState.values()) {
      Gauge.builder("tasknet.containers", runtime, it -> count(it, state))
          .tag("state", state.word())
          .description("Containers of the project")
          .register(meters);
    }
    Map<EventKind, Counter> events = new EnumMap<>(EventKind.class);
    for (EventKind kind : EventKind.values()) {
      events.put(
          kind,
          Counter.builder("tasknet.container.events")
              .description("What happened to containers, by kind")
              .tag("kind", kind.word())
              .register(meters));
    }
    runtime.onEvent(
        event -> {
          Counter counter = events.get(event.kind());
          if (counter != null) {
            counter.increment();
          }
        });
  }

  private static long count(ContainerRuntime runtime, ContainerState state) {
    return runtime.containers(0).stream().filter(it -> it.state() == state).count();
  }
}
