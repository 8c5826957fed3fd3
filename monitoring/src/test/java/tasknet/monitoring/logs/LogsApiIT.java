package tasknet.monitoring.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static tasknet.monitoring.logs.LogTexts.info;
import static tasknet.monitoring.logs.LogTexts.line;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;
import tasknet.http.JsonClient;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.logging.LogLevel;
import tools.jackson.databind.JsonNode;

class LogsApiIT {
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private Path logs;
  private HttpServer server;
  private JsonClient client;

  @BeforeEach
  void start(@TempDir Path folder) {
    logs = folder.resolve("logs");
    server =
        new HttpServer(
            new HttpServer.Options(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                1024,
                Duration.ofSeconds(1),
                () -> null,
                meters,
                NOPLogger.NOP_LOGGER),
            new LogsApi(logs, meters)::routes);
    server.start();
    client =
        new JsonClient(URI.create("http://127.0.0.1:" + server.port()), Duration.ofSeconds(30));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void entriesAreJsonWithWhatTheyHave() throws Exception {
    Files.createDirectory(logs);
    Files.writeString(
        logs.resolve("a.log"),
        info(0, "a", "plain") + line(1, LogLevel.WARN, "a", "odd task=T attempt=2 worker=w"));

    JsonNode page = client.get("/api/logs", JsonNode.class);

    assertThat(page.at("/entries").toString())
        .isEqualTo(
            "[{'time':'2026-11-23T10:00:00.001Z','level':'WARN','service':'a','file':'a.log',"
                .concat("'message':'odd task=T attempt=2 worker=w','task':'T','attempt':2,")
                .concat("'worker':'w','cut':false},{'time':'2026-11-23T10:00:00Z',")
                .concat("'level':'INFO','service':'a','file':'a.log','message':'plain',")
                .concat("'cut':false}]")
                .replace('\'', '"'));
    assertThat(page.at("/stopped").booleanValue()).isFalse();
    assertThat(page.at("/services/0").stringValue()).isEqualTo("a");
    assertThat(page.has("next")).isFalse();
    assertThat(meters.scrape())
        .contains("tasknet_logs_searches_seconds_count 1")
        .contains("tasknet_logs_read_bytes_total " + page.at("/bytesRead").doubleValue());
  }

  @Test
  void parametersAreReadFromTheAddress() throws Exception {
    Files.createDirectory(logs);
    Files.writeString(logs.resolve("a.log"), info(0, "a", "a b+c") + info(1, "a", "other"));
    Files.writeString(logs.resolve("b.log"), info(2, "b", "A B+C") + info(3, "b", "a b+c"));
    Files.writeString(logs.resolve("c.log"), info(4, "c", "a b+c"));

    String query = "/api/logs?service=a&service=b&text=A%20b%2Bc&level=info&limit=2";
    JsonNode first = client.get(query, JsonNode.class);
    JsonNode second =
        client.get(query + "&before=" + first.at("/next").stringValue(), JsonNode.class);

    assertThat(first.at("/entries"))
        .hasSize(2)
        .allMatch(it -> it.at("/service").stringValue().equals("b"));
    assertThat(second.at("/entries"))
        .singleElement()
        .matches(it -> it.at("/service").stringValue().equals("a"));
  }

  @Test
  void thePlacesInTheLogsOf250ServicesFitIntoARequest() throws Exception {
    Files.createDirectory(logs);
    for (int service = 0; service < 260; service++) {
      String name = "worker-type-with-a-long-name-" + service;
      Path file = logs.resolve(name + ".log");
      Files.writeString(file, info(service, name, "one") + info(1000 + service, name, "two"));
      Files.setLastModifiedTime(file, FileTime.from(LogTexts.START.plusSeconds(service)));
    }

    int shown = 0;
    JsonNode page = client.get("/api/logs?limit=100", JsonNode.class);
    assertThat(page.at("/problems/0").stringValue())
        .isEqualTo("the logs of 10 more services are left out; 'service' chooses");
    while (true) {
      shown += page.at("/entries").size();
      if (!page.has("next")) {
        break;
      }
      String next = page.at("/next").stringValue();
      page = client.get("/api/logs?limit=100&before=" + next, JsonNode.class);
      assertThat(page.at("/problems")).isEmpty();
    }
    assertThat(shown).isEqualTo(500);
  }

  @Test
  void aParameterThatIsNotAllowedIsAnswered400() throws Exception {
    Problem problem = problem("/api/logs?level=LOUD");

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.detail())
        .isEqualTo(
            "level: 'LOUD' is not allowed; it must be one of [ERROR, WARN, INFO, DEBUG, TRACE]");
    assertThat(problem.extensions()).containsEntry("field", "level");
  }

  @Test
  void aMissingFolderIsAnswered503AndFoundWhenItComes() throws Exception {
    Problem problem = problem("/api/logs");

    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem.detail()).isEqualTo("the log folder " + logs + " does not exist");
    assertThat(meters.scrape()).contains("tasknet_logs_searches_failed_total 1.0");
    Files.createDirectory(logs);
    assertThat(client.get("/api/logs", JsonNode.class).at("/entries")).isEmpty();
  }

  private Problem problem(String path) throws Exception {
    ProblemException answered =
        catchThrowableOfType(ProblemException.class, () -> client.get(path, JsonNode.class));
    return answered.problem();
  }
}
