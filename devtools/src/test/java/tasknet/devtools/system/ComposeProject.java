package tasknet.devtools.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.testcontainers.containers.ComposeContainer;
import tasknet.client.TasknetClient;
import tasknet.client.UnreachableException;
import tasknet.devtools.cluster.Ledger;
import tasknet.devtools.cluster.LogFolder;
import tasknet.devtools.cluster.TestCluster;
import tasknet.http.Json;
import tasknet.http.JsonClient;
import tasknet.http.ProblemException;
import tasknet.registry.WorkerStatus;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A compose project of its own from the repository's docker-compose.yml: its own name, ports, logs
 * and volumes, so that one that a person runs is not touched. All of it is removed at the end.
 */
final class ComposeProject implements AutoCloseable {
  static final Duration SOON = Duration.ofMinutes(2);

  private final Path logs;
  private final Path override;
  private final Map<String, String> environment;
  private final List<String> services;
  private final ComposeContainer containers;
  private final TasknetClient client;
  private final JsonClient dispatcher;
  private final URI monitoring;
  private String name = "";

  /**
   * @param folder for the logs and what is different from the compose file
   * @param changes of the file that is laid over the compose file
   * @param services those that are started; all when there are none
   */
  ComposeProject(Checkout checkout, Path folder, Consumer<ObjectNode> changes, String... services)
      throws IOException {
    this.logs = Files.createDirectory(folder.resolve("logs"));
    this.override = folder.resolve("override.json");
    this.services = List.of(services);
    List<Integer> ports = TestCluster.freePorts(2);
    environment = new HashMap<>(checkout.environment());
    environment.put("TASKNET_DISPATCHER_PORT", "" + ports.get(0));
    environment.put("TASKNET_MONITORING_PORT", "" + ports.get(1));
    Files.writeString(override, difference(Checkout.resolved(), changes).toString());
    URI address = URI.create("http://localhost:" + ports.get(0));
    client = new TasknetClient(address);
    dispatcher = new JsonClient(address, Duration.ofSeconds(10));
    monitoring = URI.create("http://localhost:" + ports.get(1));
    containers =
        new ComposeContainer(
                "tasknet-test-" + Checkout.RUN, Checkout.COMPOSE_FILE.toFile(), override.toFile())
            .withPull(false)
            .withEnv(environment)
            .withServices(services);
  }

  /** Starts it, and waits until the dispatcher sees a worker of each service. */
  void start() throws IOException {
    long started = System.nanoTime();
    containers.start();
    name =
        Ran.docker(
            "inspect",
            "--format",
            "{{index .Config.Labels \"com.docker.compose.project\"}}",
            containers.getContainerByServiceName("dispatcher").orElseThrow().getContainerId());
    awaitWorkers();
    System.out.printf("system: %s up in %d ms%n", name, (System.nanoTime() - started) / 1_000_000);
  }

  /** {@code docker compose} on this project. */
  Ran compose(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "docker",
                "compose",
                "-p",
                name,
                "-f",
                Checkout.COMPOSE_FILE.toString(),
                "-f",
                override.toString()));
    command.addAll(List.of(arguments));
    return Ran.in(Checkout.HOME, environment, command);
  }

  /** {@code up -d} of the services of this project, as a person types it. */
  void up(String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("up", "-d", "--no-build"));
    arguments.addAll(List.of(more));
    arguments.addAll(services);
    compose(arguments.toArray(String[]::new)).orFail();
  }

  /** The name of a container, for instance of the first replica. */
  String container(String service, int number) {
    return name + "-" + service + "-" + number;
  }

  String container(String service) {
    return container(service, 1);
  }

  /** The names of all containers of services, running or not. */
  List<String> containers() throws IOException {
    return Ran.docker(
            "ps",
            "-a",
            "--filter",
            "label=com.docker.compose.project=" + name,
            "--format",
            "{{.Names}}")
        .lines()
        .sorted()
        .toList();
  }

  /** The project's name, by which names of containers and networks begin. */
  String name() {
    return name;
  }

  /** The names of the containers that stay up. */
  List<String> services() throws IOException {
    return containers().stream().filter(it -> !it.equals(container("logs"))).toList();
  }

  /** The image of a program, as this project has it. */
  String image(String program) {
    return "tasknet/" + program + ":" + environment.get("TASKNET_VERSION");
  }

  /** What {@code docker inspect} says of a container. */
  static JsonNode inspect(String container) throws IOException {
    return Json.mapper().readTree(Ran.docker("inspect", container)).get(0);
  }

  /** The container's host name, which is a part of its worker's name. */
  static String host(String container) throws IOException {
    return inspect(container).path("Config").path("Hostname").asString();
  }

  /** The workers that the dispatcher sees and that can be given a task. */
  List<WorkerStatus> freeWorkers() throws InterruptedException {
    try {
      return client.workers().workers().stream()
          .filter(worker -> worker.free() > 0 && !worker.suspect())
          .toList();
    } catch (UnreachableException | ProblemException e) {
      return List.of();
    }
  }

  /** The free worker in a container. */
  List<WorkerStatus> freeWorkers(String container) throws IOException, InterruptedException {
    String host = host(container);
    return freeWorkers().stream()
        .filter(worker -> worker.id().name().contains("-" + host))
        .toList();
  }

  /** Waits until each container of a worker, and no other, can be given a task. */
  void awaitWorkers() throws IOException {
    Set<String> hosts = new HashSet<>();
    for (String container : containers()) {
      if (container.startsWith(name + "-worker-")) {
        hosts.add(host(container));
      }
    }
    await("workers in " + hosts)
        .atMost(SOON)
        .until(
            () -> {
              List<WorkerStatus> free = freeWorkers();
              return free.size() == hosts.size()
                  && hosts.stream()
                      .allMatch(
                          host ->
                              free.stream()
                                  .anyMatch(worker -> worker.id().name().contains("-" + host)));
            });
  }

  /** Waits until the engine finds a service's container healthy. */
  void awaitHealthy(String service) {
    await(service + " healthy")
        .atMost(SOON)
        .until(
            () ->
                inspect(container(service))
                    .at("/State/Health/Status")
                    .asString()
                    .equals("healthy"));
  }

  /** How often each attempt of these tasks was run, at whichever worker. */
  Map<AttemptId, Integer> runs(Ledger ledger) {
    Map<AttemptId, Integer> runs = new HashMap<>(logs().runs());
    Set<TaskId> tasks = new HashSet<>(ledger.ids());
    runs.keySet().removeIf(attempt -> !tasks.contains(attempt.task()));
    return runs;
  }

  TasknetClient client() {
    return client;
  }

  URI dispatcher() {
    return client.dispatcher();
  }

  URI monitoring() {
    return monitoring;
  }

  /** {@code GET /stats} of the dispatcher. */
  JsonNode stats() throws IOException, InterruptedException {
    return dispatcher.get("/stats", JsonNode.class);
  }

  /** The dispatcher's, since its start. */
  long retransmissions() throws IOException, InterruptedException {
    return stats().path("udp").path("retransmissions").asLong();
  }

  LogFolder logs() {
    return new LogFolder(logs);
  }

  @Override
  public void close() throws IOException {
    client.close();
    dispatcher.close();
    if (!name.isEmpty()) {
      compose("kill");
    }
    containers.stop();
  }

  /** What makes the project one of its own, and the changes. */
  private ObjectNode difference(ObjectNode compose, Consumer<ObjectNode> changes) {
    ObjectNode services = Json.mapper().createObjectNode();
    for (Map.Entry<String, JsonNode> service : compose.path("services").properties()) {
      ObjectNode different = services.putObject(service.getKey());
      different.putObject("labels").put(Checkout.LABEL, Checkout.RUN);
      for (JsonNode volume : service.getValue().path("volumes")) {
        if (Checkout.isAt(volume, "/logs")) {
          different.putArray("volumes").add(logs + ":/logs");
        }
      }
    }
    ObjectNode all = Json.mapper().createObjectNode();
    all.set("services", services);
    changes.accept(all);
    return all;
  }
}
