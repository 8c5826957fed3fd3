package tasknet.devtools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;
import tasknet.client.TaskSubmission;
import tasknet.client.TasknetClient;
import tasknet.task.TaskType;
import tasknet.task.TypeStatus;
import tasknet.testkit.Exposition;
import tasknet.worker.Handlers;
import tasknet.worker.Worker;
import tasknet.worker.WorkerSettings;

/** What live services show at {@code /metrics}, and what documents and examples say of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsDocumentIT {
  private static final String COMMON = "Every service";
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:tasknet|http|jvm|process)_[a-z0-9_]+");

  @TempDir static Path folder = Path.of("");

  /** By service, as the headings of the document name them. */
  private final Map<String, Exposition> shown = new LinkedHashMap<>();

  private LocalCluster cluster;
  private Worker worker;

  @BeforeAll
  void scrape() throws IOException, InterruptedException {
    Map<String, String> told =
        Map.of(
            "TASKNET_DATA_DIR", folder.resolve("data").toString(),
            "LOG_DIR", folder.resolve("logs").toString(),
            "TASKNET_HTTP_PORT", "0",
            "TASKNET_UDP_PORT", "0",
            "TASKNET_DOCKER_HOST", "none");
    Path workers = Documents.HOME.resolve("workers.json");
    cluster = new LocalCluster(LocalCluster.Ports.FREE, workers, told);
    LocalCluster.Addresses at = cluster.start();
    Map<String, String> toldWorker = new LinkedHashMap<>(told);
    toldWorker.put("TASKNET_NAMESERVICE_URL", at.nameservice().toString());
    Handlers handlers = Handlers.onClassPath();
    worker =
        new Worker(
            WorkerSettings.read(toldWorker, handlers, List.of("hash"), "metrics"),
            NOPLogger.NOP_LOGGER);
    worker.start();
    use(at.dispatcher());
    shown.put("Dispatcher", of(at.dispatcher()));
    shown.put("Nameservice", of(at.nameservice()));
    shown.put("Worker", of(URI.create("http://localhost:" + worker.httpPort())));
    shown.put("Monitoring", of(at.monitoring()));
  }

  /** Some metrics are there only when there is something to tell. */
  private void use(URI dispatcher) throws InterruptedException {
    try (TasknetClient client = new TasknetClient(dispatcher)) {
      client.type(new TaskType("translate")).limit(new TypeStatus.Limits(null, null, 1));
      client.submit(TaskSubmission.of("translate", "waits"));
      client.call(TaskSubmission.of("reverse", "x"));
      assertThat(client.async(it -> it.submit(TaskSubmission.of("translate", "is refused"))))
          .failsWithin(Duration.ofSeconds(10));
      // The dispatcher chooses among the workers of a type; some task comes to this one.
      await()
          .until(
              () -> {
                client.call(TaskSubmission.of("hash", "x"));
                return of(URI.create("http://localhost:" + worker.httpPort()))
                    .families()
                    .contains("tasknet_worker_handler_seconds");
              });
    }
  }

  @AfterAll
  void stop() {
    if (worker != null) {
      worker.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void everyServiceKeepsToTheConventions() {
    assertThat(shown)
        .allSatisfy(
            (service, exposition) -> {
              assertThat(exposition.violations()).as(service).isEmpty();
              assertThat(exposition.families())
                  .as(service)
                  .contains("jvm_memory_used_bytes", "process_cpu_seconds_total");
            });
  }

  @Test
  void theDocumentNamesAllMetricsOfEachServiceAndNoOthers() throws IOException {
    Map<String, List<List<String>>> rows = Documents.rows(Documents.read("docs/metrics.md"));
    Set<String> common = names(rows.getOrDefault(COMMON, List.of()));
    shown.forEach(
        (service, exposition) -> {
          Set<String> named = names(rows.getOrDefault(service, List.of()));
          named.addAll(common);
          assertThat(exposition.families()).as(service).isEqualTo(named);
        });
  }

  @Test
  void theExamplesAskOnlyForWhatIsThere() throws IOException {
    Set<String> all = new TreeSet<>();
    shown.values().forEach(exposition -> all.addAll(exposition.samples()));
    for (String file :
        List.of("alerts.yml", "alerts.test.yml", "grafana/dashboards/tasknet.json")) {
      Set<String> asked = new TreeSet<>();
      Matcher matcher = METRIC.matcher(Documents.read("examples/observability/" + file));
      while (matcher.find()) {
        asked.add(matcher.group());
      }
      assertThat(asked).as(file).isNotEmpty();
      assertThat(all).as(file).containsAll(asked);
    }
  }

  private static Set<String> names(List<List<String>> rows) {
    Set<String> names = new TreeSet<>();
    rows.forEach(row -> names.add(row.getFirst().replace("`", "")));
    return names;
  }

  private static Exposition of(URI service) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(service.resolve("/metrics")).build();
      http.send(request, BodyHandlers.discarding()); // the first request is not among the durations
      return Exposition.of(http.send(request, BodyHandlers.ofString()).body());
    }
  }
}
