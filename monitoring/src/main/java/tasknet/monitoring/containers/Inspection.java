package tasknet.monitoring.containers;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what the engine tells of one container. */
final class Inspection {
  private static final String COMPOSE = "com.docker.compose.";
  private static final int LONGEST_OUTPUT = 500;

  private Inspection() {}

  static Container read(InspectContainerResponse told) {
    var state = told.getState();
    Map<String, String> labels = told.getConfig().getLabels();
    Map<String, String> all = labels == null ? Map.of() : labels;
    ContainerState word = ContainerState.of(state.getStatus());
    Instant finished = instant(state.getFinishedAt());
    Exit exit = word.alive() || finished == null ? null : exit(state);
    String number = all.get(COMPOSE + "container-number");
    return new Container(
        told.getId(),
        told.getName().startsWith("/") ? told.getName().substring(1) : told.getName(),
        all.get(COMPOSE + "service"),
        number != null && number.matches("\\d{1,6}") ? Integer.valueOf(number) : null,
        String.valueOf(told.getConfig().getImage()),
        word,
        health(state.getHealth()),
        healthOutput(state.getHealth()),
        Instant.parse(told.getCreated()),
        instant(state.getStartedAt()),
        finished,
        null,
        told.getRestartCount() == null ? 0 : told.getRestartCount(),
        exit == null ? null : Integer.valueOf(exit.code()),
        exit == null ? null : exit.cause(),
        state.getError() == null || state.getError().isEmpty() ? null : state.getError(),
        ports(told),
        networks(told),
        others(all),
        null,
        null);
  }

  private static Exit exit(InspectContainerResponse.ContainerState state) {
    Long code = state.getExitCodeLong();
    return new Exit(
        code == null ? 0 : Math.toIntExact(code), Boolean.TRUE.equals(state.getOOMKilled()));
  }

  /** The engine's zero time stands for never. */
  private static @Nullable Instant instant(@Nullable String text) {
    return text == null || text.isEmpty() || text.startsWith("0001") ? null : Instant.parse(text);
  }

  private static @Nullable String health(@Nullable HealthState health) {
    String status = health == null ? null : health.getStatus();
    return "none".equals(status) ? null : status;
  }

  private static @Nullable String healthOutput(@Nullable HealthState health) {
    if (health == null || health.getLog() == null || health.getLog().isEmpty()) {
      return null;
    }
    var last = health.getLog().getLast();
    String output = last.getOutput();
    boolean failed = last.getExitCodeLong() != null && last.getExitCodeLong() != 0;
    return failed && output != null
        ? output.strip().substring(0, Math.min(LONGEST_OUTPUT, output.strip().length()))
        : null;
  }

  private static List<Container.Port> ports(InspectContainerResponse told) {
    Map<ExposedPort, List<String>> all = new TreeMap<>(Comparator.comparing(ExposedPort::toString));
    ExposedPort[] exposed = told.getConfig().getExposedPorts();
    if (exposed != null) {
      for (ExposedPort port : exposed) {
        all.put(port, new ArrayList<>());
      }
    }
    Ports published = told.getNetworkSettings().getPorts();
    if (published != null) {
      published
          .getBindings()
          .forEach(
              (port, bindings) -> {
                List<String> at = all.computeIfAbsent(port, _ -> new ArrayList<>());
                if (bindings != null) {
                  for (Ports.Binding binding : bindings) {
                    at.add(binding.toString());
                  }
                }
              });
    }
    return all.entrySet().stream()
        .map(
            it ->
                new Container.Port(
                    it.getKey().getPort(), it.getKey().getProtocol().toString(), it.getValue()))
        .sorted(Comparator.comparingInt(Container.Port::port))
        .toList();
  }

  private static Map<String, String> networks(InspectContainerResponse told) {
    Map<String, String> addresses = new TreeMap<>();
    var networks = told.getNetworkSettings().getNetworks();
    if (networks != null) {
      networks.forEach(
          (name, network) -> {
            String address = network.getIpAddress();
            if (address != null && !address.isEmpty()) {
              addresses.put(name, address);
            }
          });
    }
    return addresses;
  }

  private static Map<String, String> others(Map<String, String> labels) {
    Map<String, String> others = new TreeMap<>(labels);
    others.keySet().removeIf(name -> name.startsWith(COMPOSE));
    return others;
  }
}
