package tasknet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;
import tasknet.http.JsonClient;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.logging.LogLevel;
import tasknet.monitoring.attention.Attention;
import tasknet.monitoring.containers.ContainerEvent;
import tasknet.monitoring.containers.ContainerSettings;
import tasknet.monitoring.containers.DockerContainers;
import tasknet.monitoring.containers.EventKind;
import tasknet.monitoring.containers.Exit;
import tasknet.monitoring.web.PageSettings;
import tasknet.registry.DeathReport;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskType;
import tasknet.testkit.NeedsDocker;
import tasknet.testkit.TestProject;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class DeathReportsIT {
  @TempDir private Path data;

  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final Exit KILLED = new Exit(137, false);

  /** What the nameservice was told: the worker, the body, and when. */
  private record Told(String worker, DeathReport death, Instant at) {}

  private final List<Told> told = new CopyOnWriteArrayList<>();
  private final AtomicReference<WorkerList> workers =
      new AtomicReference<>(new WorkerList(1, List.of()));
  private final AtomicInteger failures = new AtomicInteger();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  @Test
  void theWorkersOfAContainerAreReportedAndNoOthers() {
    know(
        worker("by-address", "172.18.0.5", -10, false),
        worker("by-hostname", "10.0.0.1", -10, "0123456789ab"),
        worker("other", "172.18.0.6", -10, false),
        worker("address-used-again", "172.18.0.5", -10, "fedcba987654"),
        worker("later", "172.18.0.5", 10, false),
        worker("fixed", "172.18.0.5", -10, true));
    reports(nameservice(0)).accept(death(new Exit(137, true)));

    await().until(() -> told.size() == 2);
    assertThat(told)
        .extracting(Told::worker)
        .containsExactlyInAnyOrder("by-address", "by-hostname");
    assertThat(told)
        .extracting(Told::death)
        .containsOnly(new DeathReport(7, "out of memory (exit code 137)"));
    await().until(() -> count("accepted") == 2);
  }

  @Test
  void aCleanExitIsReportedWhenTheRegistrationIsStillThere() {
    know(worker("w", "172.18.0.5", -10, false));
    reports(nameservice(0)).accept(death(new Exit(0, false)));

    await().until(() -> told.size() == 1);
    assertThat(told.getFirst().death().cause()).isEqualTo("exit code 0");
  }

  @Test
  void itIsTriedAgainWhenTheNameserviceFails() {
    know(worker("w", "172.18.0.5", -10, false));
    failures.set(3);
    reports(nameservice(0)).accept(death(KILLED));

    await().until(() -> told.size() == 1);
    await().until(() -> count("accepted") == 1); // by the answer, which comes after that
  }

  @Test
  void itIsTriedAgainUntilTheNameserviceIsBack() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    know(worker("w", "172.18.0.5", -10, false));
    DeathReports reports = reports(URI.create("http://127.0.0.1:" + port));
    reports.accept(death(KILLED)); // returns, although nobody listens there
    nameservice(port);

    await().until(() -> told.size() == 1);
  }

  @Test
  void whatTheNameserviceKnowsBetterIsNotRepeated() {
    know(worker("gone", "172.18.0.5", -10, false));
    reports(nameservice(0)).accept(death(KILLED));

    await().until(() -> count("refused") == 1);
    assertThat(count("accepted") + count("unanswered")).isZero();
  }

  @Test
  @NeedsDocker
  void aKilledContainerIsReportedAtOnce() throws Exception {
    try (TestProject project = new TestProject("dapi-death")) {
      String id = project.run("w", List.of(), "sleep", "60");
      know(worker("w", "10.0.0.9", -10, id.substring(0, 12)));
      Monitoring monitoring = monitoring(project.name(), nameservice(0));
      List<Instant> deaths = deaths(project.name());
      try (JsonClient client =
          new JsonClient(
              URI.create("http://127.0.0.1:" + monitoring.port()), Duration.ofSeconds(10))) {
        List<Long> millis = new ArrayList<>();
        for (int kill = 0; kill < 5; kill++) {
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> state(client, project.name() + "-w").equals("running"));
          told.clear();
          deaths.clear();
          TestProject.docker("kill", id);
          await().atMost(Duration.ofSeconds(30)).until(() -> told.size() == 1);
          await().atMost(Duration.ofSeconds(30)).until(() -> deaths.size() == 1);
          millis.add(Duration.between(deaths.getFirst(), told.getFirst().at()).toMillis());
          TestProject.docker("start", id);
        }
        System.out.println("from Docker's die event to the report, in ms: " + millis);
        assertThat(told.getFirst().death())
            .isEqualTo(new DeathReport(7, "killed by signal SIGKILL (exit code 137)"));
        String metrics =
            client.send("GET", "/metrics", null, Duration.ofSeconds(5), java.util.Map.of()).body();
        assertThat(metrics)
            .contains("tasknet_docker_available 1.0")
            .contains("tasknet_docker_streams ")
            .contains("tasknet_containers{state=\"running\"} ")
            .contains("tasknet_container_events_total{kind=\"die\"} 5.0")
            .contains("tasknet_deaths_reported_total{result=\"accepted\"} 5.0");
      }
    }
  }

  private static String state(JsonClient client, String name) throws Exception {
    JsonNode report = client.get("/api/containers", JsonNode.class);
    for (JsonNode container : report.at("/containers")) {
      if (container.at("/name").stringValue().equals(name)) {
        return container.at("/state").stringValue();
      }
    }
    return "unknown";
  }

  /** When the engine says that they were. */
  private List<Instant> deaths(String project) {
    List<Instant> deaths = new CopyOnWriteArrayList<>();
    DockerContainers runtime =
        new DockerContainers(
            new ContainerSettings("unix:///var/run/docker.sock", project, null),
            new Attention(NanoClock.SYSTEM),
            InstantSource.system(),
            NOPLogger.NOP_LOGGER);
    opened.add(runtime);
    runtime.onEvent(
        event -> {
          if (event.kind() == EventKind.DIE) {
            deaths.add(event.at());
          }
        });
    runtime.start();
    await().atMost(Duration.ofSeconds(30)).until(() -> runtime.engine().available());
    return deaths;
  }

  private Monitoring monitoring(String project, URI nameservice) throws IOException {
    Monitoring monitoring =
        new Monitoring(
            new MonitoringSettings(
                InetAddress.getLoopbackAddress(),
                0,
                nameservice,
                nameservice,
                null,
                new ContainerSettings("unix:///var/run/docker.sock", project, null),
                PageSettings.readOnly(),
                data,
                Path.of("unused"),
                LogLevel.INFO),
            NOPLogger.NOP_LOGGER);
    opened.add(monitoring);
    monitoring.start();
    return monitoring;
  }

  private double count(String result) {
    return meters.get("tasknet.deaths.reported").tag("result", result).counter().count();
  }

  private void know(RegisteredWorker... registered) {
    workers.set(new WorkerList(1, List.of(registered)));
  }

  private static RegisteredWorker worker(String id, String host, long started, boolean fixed) {
    return worker(id, host, started, null, fixed);
  }

  private static RegisteredWorker worker(String id, String host, long started, String hostname) {
    return worker(id, host, started, hostname, false);
  }

  private static RegisteredWorker worker(
      String id, String host, long started, @Nullable String hostname, boolean fixed) {
    return new RegisteredWorker(
        new WorkerId(id),
        new Registration(
            Set.of(new TaskType("hash")),
            host,
            6000,
            1,
            7,
            "1",
            ScriptedRuntime.NOW.plusSeconds(started),
            hostname),
        ScriptedRuntime.NOW.plusSeconds(60),
        fixed);
  }

  private static ContainerEvent death(Exit exit) {
    return ScriptedRuntime.death(ID, exit, Set.of("172.18.0.5"));
  }

  private DeathReports reports(URI nameservice) {
    DeathReports reports =
        new DeathReports(nameservice, NanoClock.SYSTEM, meters, NOPLogger.NOP_LOGGER);
    opened.add(reports);
    reports.start();
    return reports;
  }

  private URI nameservice(int port) {
    HttpServer server =
        new HttpServer(
            new HttpServer.Options(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                1024,
                Duration.ofSeconds(1),
                () -> null,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                NOPLogger.NOP_LOGGER),
            this::routes);
    opened.add(server);
    server.start();
    return URI.create("http://127.0.0.1:" + server.port());
  }

  private void routes(RoutesConfig routes) {
    routes.get("/workers", context -> context.json(workers.get()));
    routes.post("/workers/{id}/death", this::death);
  }

  private void death(Context context) {
    String worker = context.pathParam("id");
    if (worker.equals("gone")) {
      throw new ProblemException(Problem.notFound("no such worker"));
    }
    if (failures.getAndDecrement() > 0) {
      throw new ProblemException(Problem.of(503, "not-ready", "Not ready", "is starting"));
    }
    told.add(new Told(worker, HttpServer.body(context, DeathReport.class), Instant.now()));
    context.status(204);
  }
}
