package tasknet.devtools.cluster;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import tasknet.client.TasknetClient;
import tasknet.client.UnreachableException;
import tasknet.dispatcher.DispatcherMain;
import tasknet.http.JsonClient;
import tasknet.monitoring.MonitoringMain;
import tasknet.nameservice.NameserviceMain;
import tasknet.registry.WorkerStatus;
import tasknet.worker.WorkerMain;
import tools.jackson.databind.JsonNode;

/**
 * A cluster of real processes, each of which can be killed, paused and started again at its old
 * port and with its old data. They log into one folder.
 */
public final class TestCluster implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private final Path folder;
  private final int nameservicePort;
  private final int dispatcherPort;
  private final int monitoringPort;
  private final TasknetClient client;
  private final JsonClient http;
  private final Deque<ClusterProcess> processes = new ArrayDeque<>();

  public TestCluster(Path folder) throws IOException {
    this.folder = folder;
    List<Integer> ports = freePorts(3);
    this.nameservicePort = ports.get(0);
    this.dispatcherPort = ports.get(1);
    this.monitoringPort = ports.get(2);
    this.client = new TasknetClient(dispatcher());
    this.http = new JsonClient(dispatcher(), Duration.ofSeconds(10));
  }

  /**
   * Ports that nobody listens at. They lie below those that the system gives to connections: one to
   * a dispatcher that is down could otherwise get the dispatcher's own port.
   */
  public static List<Integer> freePorts(int count) throws IOException {
    Set<Integer> ports = new HashSet<>();
    while (ports.size() < count) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
        ports.add(port);
      } catch (java.net.BindException e) {
        // Taken: try another.
      }
    }
    return new ArrayList<>(ports);
  }

  public ClusterProcess startNameservice() throws IOException {
    return start(
        "nameservice",
        Map.of(
            "TASKNET_HTTP_PORT",
            "" + nameservicePort,
            "TASKNET_DATA_DIR",
            folder.resolve("registry").toString()),
        NameserviceMain.class,
        List.of());
  }

  /** Starts a dispatcher with its data in the test's folder. */
  public ClusterProcess startDispatcher() throws IOException {
    return startDispatcher(Map.of());
  }

  /** Starts a dispatcher that is told more. */
  ClusterProcess startDispatcher(Map<String, String> more) throws IOException {
    return startDispatcher(List.of(), more);
  }

  /**
   * Starts a dispatcher that is told more.
   *
   * @param properties of its JVM
   */
  ClusterProcess startDispatcher(List<String> properties, Map<String, String> more)
      throws IOException {
    Map<String, String> told = new HashMap<>();
    told.put("TASKNET_HTTP_PORT", "" + dispatcherPort);
    told.put("TASKNET_DATA_DIR", folder.resolve("store").toString());
    told.putAll(more);
    ClusterProcess dispatcher =
        start("dispatcher", told, properties, DispatcherMain.class, List.of());
    await().atMost(READY_WITHIN).ignoreException(UnreachableException.class).until(this::answers);
    return dispatcher;
  }

  public ClusterProcess startWorker(String id, String... types) throws IOException {
    return startWorker(List.of(), id, types);
  }

  /**
   * Starts a worker that has more handlers than the built-in ones.
   *
   * @param properties of its JVM
   */
  ClusterProcess startWorker(List<String> properties, String id, String... types)
      throws IOException {
    return startWorker(properties, Map.of(), id, types);
  }

  /**
   * Starts a worker that has more handlers and is told more.
   *
   * @param properties of its JVM
   */
  ClusterProcess startWorker(
      List<String> properties, Map<String, String> more, String id, String... types)
      throws IOException {
    Map<String, String> told = new HashMap<>(more);
    told.put("TASKNET_WORKER_ID", id);
    told.put("TASKNET_ADVERTISE_HOST", "127.0.0.1");
    told.put("TASKNET_HTTP_PORT", "0");
    told.put("TASKNET_UDP_PORT", "0");
    told.put("TASKNET_CONCURRENCY", "64");
    return start(id, told, properties, WorkerMain.class, List.of(types));
  }

  /** Starts monitoring, which does not look at Docker, with its data in the test's folder. */
  public ClusterProcess startMonitoring() throws IOException {
    ClusterProcess monitoring =
        start(
            "monitoring",
            Map.of(
                "TASKNET_HTTP_PORT",
                "" + monitoringPort,
                "TASKNET_DISPATCHER_URL",
                dispatcher().toString(),
                "TASKNET_DOCKER_HOST",
                "none",
                "TASKNET_DATA_DIR",
                folder.resolve("monitoring").toString()),
            MonitoringMain.class,
            List.of());
    try (JsonClient calls = new JsonClient(monitoring(), Duration.ofSeconds(10))) {
      await()
          .atMost(READY_WITHIN)
          .ignoreExceptions()
          .until(() -> calls.get("/health/ready", JsonNode.class) != null);
    }
    return monitoring;
  }

  /** Waits until the dispatcher can give these workers tasks, and no others. */
  public void awaitWorkers(String... ids) {
    await()
        .atMost(READY_WITHIN)
        .ignoreException(UnreachableException.class)
        .until(() -> freeWorkers().equals(Set.of(ids)));
  }

  /** The workers that can be given a task. */
  Set<String> freeWorkers() throws InterruptedException {
    Set<String> free = new HashSet<>();
    for (WorkerStatus worker : client.workers().workers()) {
      if (worker.free() > 0) {
        free.add(worker.id().name());
      }
    }
    return free;
  }

  URI dispatcher() {
    return URI.create("http://localhost:" + dispatcherPort);
  }

  /** Where monitoring is, or will be. */
  public URI monitoring() {
    return URI.create("http://localhost:" + monitoringPort);
  }

  URI nameservice() {
    return URI.create("http://localhost:" + nameservicePort);
  }

  public TasknetClient client() {
    return client;
  }

  /** {@code GET /stats} of the dispatcher. */
  JsonNode stats() throws IOException, InterruptedException {
    return http.get("/stats", JsonNode.class);
  }

  /** The dispatcher's, since its start. */
  long retransmissions() throws IOException, InterruptedException {
    return stats().path("udp").path("retransmissions").asLong();
  }

  LogFolder logs() {
    return new LogFolder(folder.resolve("logs"));
  }

  /** Sends SIGKILL to everything. */
  void killAll() {
    processes.forEach(ClusterProcess::sendKill);
    processes.forEach(ClusterProcess::close);
  }

  @Override
  public void close() {
    http.close();
    client.close();
    while (!processes.isEmpty()) {
      processes.pop().close();
    }
  }

  private boolean answers() throws InterruptedException {
    client.types();
    return true;
  }

  private ClusterProcess start(
      String name, Map<String, String> more, Class<?> main, List<String> arguments)
      throws IOException {
    return start(name, more, List.of(), main, arguments);
  }

  private ClusterProcess start(
      String name,
      Map<String, String> more,
      List<String> properties,
      Class<?> main,
      List<String> arguments)
      throws IOException {
    Map<String, String> told = new HashMap<>();
    told.put("TASKNET_NAMESERVICE_URL", nameservice().toString());
    told.put("LOG_DIR", folder.resolve("logs").toString());
    told.putAll(more);
    String file = processes.size() + "-" + name;
    ClusterProcess process = ClusterProcess.start(file, folder, told, properties, main, arguments);
    processes.push(process);
    return process;
  }
}
