package tasknet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;
import tasknet.http.JsonClient;
import tasknet.logging.LogLevel;
import tasknet.monitoring.containers.ContainerSettings;
import tasknet.monitoring.web.PageSettings;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.task.TaskType;
import tools.jackson.databind.JsonNode;

class ServicesApiIT {
  private static final WorkerList WORKERS =
      new WorkerList(
          7,
          List.of(
              new RegisteredWorker(
                  new WorkerId("w-1"),
                  new Registration(
                      Set.of(new TaskType("sum"), new TaskType("hash")),
                      "10.0.0.1",
                      6000,
                      8,
                      1,
                      "0.1.0",
                      Instant.parse("2026-01-01T00:00:00Z")),
                  Instant.parse("2026-01-01T00:00:05Z"),
                  false)));

  private @Nullable Path workersFile;

  private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();

  @AfterEach
  void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  @Test
  void bothServicesAndTheWorkersAreShown() throws Exception {
    URI dispatcher = service(null, routes -> {});
    URI nameservice = nameservice();

    JsonNode report = report(dispatcher, nameservice);

    JsonNode first = report.at("/services/0");
    assertThat(first.at("/name").stringValue()).isEqualTo("dispatcher");
    assertThat(first.at("/url").stringValue()).isEqualTo(dispatcher.toString());
    assertUp(first, true);
    assertThat(first.has("reason")).isFalse();
    assertThat(Duration.parse(first.at("/latency").stringValue())).isPositive();
    assertThat(report.at("/services/1/name").stringValue()).isEqualTo("nameservice");
    assertUp(report.at("/services/1"), true);
    assertThat(report.at("/workers").toString())
        .isEqualTo(
            "{\"list\":[{\"id\":\"w-1\",\"types\":[\"hash\",\"sum\"],\"host\":\"10.0.0.1\","
                + "\"port\":6000,\"capacity\":8,\"startedAt\":\"2026-01-01T00:00:00Z\","
                + "\"expiresAt\":\"2026-01-01T00:00:05Z\",\"fixed\":false}]}");
  }

  @Test
  void aServiceThatIsNotReadyIsUpAndSaysWhy() throws Exception {
    JsonNode report = report(service("the store is full", routes -> {}), nameservice());

    JsonNode dispatcher = report.at("/services/0");
    assertUp(dispatcher, false);
    assertThat(dispatcher.at("/reason").stringValue()).isEqualTo("the store is full");
    assertThat(dispatcher.has("latency")).isTrue();
  }

  @Test
  void whenBothAreDownBothReasonsAreShown() throws Exception {
    URI nobody = nobody();

    JsonNode report = report(nobody, nobody);

    assertDown(report.at("/services/0"), "nothing listens at " + nobody);
    assertDown(report.at("/services/1"), "nothing listens at " + nobody);
    assertThat(report.at("/workers/list")).isEmpty();
    assertThat(report.at("/workers/reason").stringValue())
        .isEqualTo("nothing listens at " + nobody);
  }

  @Test
  void oneThatIsDownHidesNothingOfTheOther() throws Exception {
    URI nobody = nobody();

    JsonNode report = report(nobody, nameservice());

    assertDown(report.at("/services/0"), "nothing listens at " + nobody);
    assertUp(report.at("/services/1"), true);
    assertThat(report.at("/workers/list")).hasSize(1);
  }

  @Test
  void aServiceThatNeverAnswersIsDown() throws Exception {
    URI silent = peer("");

    JsonNode report = report(silent, nameservice());

    assertDown(report.at("/services/0"), "no answer from " + silent + " within 2 s");
    assertUp(report.at("/services/1"), true);
  }

  @Test
  void aServiceThatStopsInTheMiddleOfItsAnswerIsDown() throws Exception {
    URI stuck = peer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{");

    JsonNode report = report(service(null, routes -> {}), stuck);

    assertDown(report.at("/services/1"), "no answer from " + stuck + " within 2 s");
    assertThat(report.at("/workers/reason").stringValue()).contains("within 2 s");
  }

  @Test
  void somethingElseThatListensThereIsDown() throws Exception {
    URI other = peer("220 mail\r\n\r\n");

    assertDown(
        report(other, nameservice()).at("/services/0"), "no answer that can be read from " + other);
  }

  @Test
  void aNameserviceThatAnswersSomethingElseIsShownWithTheReason() throws Exception {
    URI odd = service(null, routes -> routes.get("/workers", context -> context.json("[]")));

    JsonNode report = report(service(null, routes -> {}), odd);

    assertUp(report.at("/services/1"), true);
    assertThat(report.at("/workers/reason").stringValue())
        .contains("something that is not expected");
  }

  @Test
  void withoutAFileOnlyWhatIsThereIsShown() throws Exception {
    JsonNode report = report(service(null, routes -> {}), nameservice());

    assertThat(report.has("declared")).isFalse();
    JsonNode hash = report.at("/types/0");
    assertThat(hash.at("/type").stringValue()).isEqualTo("hash");
    assertThat(hash.has("desired")).isFalse();
    assertThat(hash.has("state")).isFalse();
    assertThat(hash.at("/actual").intValue()).isEqualTo(1);
    assertThat(hash.at("/workers/0/id").stringValue()).isEqualTo("w-1");
    assertThat(report.at("/types/1/type").stringValue()).isEqualTo("sum");
  }

  @Test
  void whatShouldBeThereIsShownBesideWhatIs(@TempDir Path folder) throws Exception {
    workersFile =
        Files.writeString(
            folder.resolve("workers.json"),
            """
            {"workers": [
              {"name": "hash", "active": true},
              {"name": "upper", "active": true, "replicas": 2},
              {"name": "wait", "active": false}
            ]}
            """);

    JsonNode report = report(service(null, routes -> {}), nameservice());

    assertThat(report.at("/declared/file").stringValue()).isEqualTo(workersFile.toString());
    assertThat(report.at("/declared").has("error")).isFalse();
    assertThat(report.at("/types").toString())
        .isEqualTo(
            "[{'type':'hash','desired':1,'actual':1,'state':'ok','workers':[W]},"
                .concat("{'type':'sum','desired':0,'actual':1,'state':'extra','workers':[W]},")
                .concat("{'type':'upper','desired':2,'actual':0,'state':'missing','workers':[]},")
                .concat("{'type':'wait','desired':0,'actual':0,'state':'off','workers':[]}]")
                .replace('\'', '"')
                .replace("W", report.at("/workers/list/0").toString()));
  }

  @Test
  void withoutTheNameserviceNothingIsCalledMissing(@TempDir Path folder) throws Exception {
    workersFile =
        Files.writeString(
            folder.resolve("workers.json"),
            "{\"workers\": [{\"name\": \"hash\", \"active\": true}]}");

    JsonNode report = report(nobody(), nobody());

    assertThat(report.at("/types").toString())
        .isEqualTo("[{\"type\":\"hash\",\"desired\":1,\"workers\":[]}]");
  }

  @Test
  void monitoringItselfIsReady() throws Exception {
    URI nobody = nobody();
    try (JsonClient client = new JsonClient(monitoring(nobody, nobody), Duration.ofSeconds(10))) {
      assertThat(client.get("/health/ready", JsonNode.class).at("/status").stringValue())
          .isEqualTo("ready");
    }
  }

  private JsonNode report(URI dispatcher, URI nameservice) throws Exception {
    try (JsonClient client =
        new JsonClient(monitoring(dispatcher, nameservice), Duration.ofSeconds(30))) {
      return client.get("/api/services", JsonNode.class);
    }
  }

  private URI monitoring(URI dispatcher, URI nameservice) throws IOException {
    Monitoring monitoring =
        new Monitoring(
            new MonitoringSettings(
                InetAddress.getLoopbackAddress(),
                0,
                dispatcher,
                nameservice,
                workersFile,
                ContainerSettings.none(),
                PageSettings.readOnly(),
                Path.of("unused"),
                Path.of("unused"),
                LogLevel.INFO),
            NOPLogger.NOP_LOGGER);
    opened.push(monitoring);
    monitoring.start();
    return local(monitoring.port());
  }

  private URI nameservice() {
    return service(null, routes -> routes.get("/workers", context -> context.json(WORKERS)));
  }

  private URI service(@Nullable String notReady, Consumer<RoutesConfig> routes) {
    HttpServer server =
        new HttpServer(
            new HttpServer.Options(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                1024,
                Duration.ofSeconds(1),
                () -> notReady,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                NOPLogger.NOP_LOGGER),
            routes);
    opened.push(server);
    server.start();
    return local(server.port());
  }

  /** Accepts, sends a text to whoever connects, and nothing more. */
  private URI peer(String text) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    opened.push(server);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  Socket socket = server.accept();
                  opened.addLast(socket);
                  socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                }
              } catch (IOException e) {
                // The test has ended.
              }
            });
    return local(server.getLocalPort());
  }

  private static URI nobody() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return local(server.getLocalPort());
    }
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  private static void assertUp(JsonNode service, boolean ready) {
    assertThat(service.at("/up").booleanValue()).isTrue();
    assertThat(service.at("/ready").booleanValue()).isEqualTo(ready);
  }

  private static void assertDown(JsonNode service, String reason) {
    assertThat(service.at("/up").booleanValue()).isFalse();
    assertThat(service.at("/ready").booleanValue()).isFalse();
    assertThat(service.at("/reason").stringValue()).startsWith(reason);
    assertThat(service.has("latency")).isFalse();
  }
}
