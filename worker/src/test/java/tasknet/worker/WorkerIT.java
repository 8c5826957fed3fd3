package tasknet.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.PortTakenException;
import tasknet.registry.Registration;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskType;
import tasknet.testkit.Exposition;
import tasknet.wire.Message;
import tasknet.wire.Payload;

class WorkerIT {
  private final NameserviceStandIn nameservice = new NameserviceStandIn(0);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    nameservice.close();
    http.close();
  }

  private Worker worker(String... more) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "TASKNET_NAMESERVICE_URL", nameservice.uri().toString(),
                "TASKNET_UDP_PORT", "0",
                "TASKNET_HTTP_PORT", "0",
                "TASKNET_DRAIN_TIMEOUT", "10s",
                "TASKNET_CONCURRENCY", "3",
                "HOSTNAME", "3f2a91c07b1e"));
    for (int index = 0; index < more.length; index += 2) {
      environment.put(more[index], more[index + 1]);
    }
    WorkerSettings settings =
        WorkerSettings.read(
            environment, Handlers.onClassPath(), List.of("wait", "reverse"), "it-1");
    return new Worker(settings, NOPLogger.NOP_LOGGER);
  }

  private HttpResponse<String> get(Worker worker, String path) throws Exception {
    URI uri = URI.create("http://localhost:" + worker.httpPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void itRegistersRunsATaskAndShowsIt() throws Exception {
    try (Worker worker = worker()) {
      worker.start();
      Registration registration = nameservice.registrations.poll(10, TimeUnit.SECONDS);
      assertThat(registration).isNotNull();
      assertThat(registration.types())
          .containsExactlyInAnyOrder(new TaskType("reverse"), new TaskType("wait"));
      assertThat(registration.hostname()).isEqualTo("3f2a91c07b1e");
      assertThat(registration.port()).isEqualTo(worker.udpPort());
      assertThat(registration.capacity()).isEqualTo(3);
      assertThat(registration.host()).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");

      try (TestDispatcher dispatcher = new TestDispatcher(registration.port())) {
        AttemptId attempt = TestDispatcher.newAttempt();
        dispatcher.send(
            new Message.Execute(
                attempt,
                new TaskType("reverse"),
                Duration.ofSeconds(5),
                new Payload.Inline(new JsonText("\"ab\""))));
        assertThat(dispatcher.await(Message.Result.class, attempt).outcome())
            .isEqualTo(new Outcome.Completed(new JsonText("\"ba\"")));
        dispatcher.send(new Message.ResultAck(attempt));
        await().until(() -> get(worker, "/metrics").body().contains("results_kept 0"));
      }

      await().until(() -> get(worker, "/health/ready").statusCode() == 200);
      assertThat(Exposition.of(get(worker, "/metrics").body()).violations()).isEmpty();
      assertThat(get(worker, "/metrics").body())
          .contains(
              "tasknet_worker_slots 3",
              "tasknet_worker_running 0",
              "tasknet_worker_handlers_abandoned 0",
              "tasknet_worker_attempts_total{outcome=\"completed\",type=\"reverse\"} 1",
              "tasknet_worker_handler_seconds_count{type=\"reverse\"} 1",
              "tasknet_udp_drops_total{reason=\"malformed\"} 0",
              "tasknet_udp_retransmissions_total 0");
    }
    assertThat(nameservice.paths).anyMatch(path -> path.startsWith("DELETE /workers/"));
  }

  @Test
  void itIsNotReadyUntilItIsRegistered() throws Exception {
    nameservice.status = 503;
    try (Worker worker = worker()) {
      worker.start();

      HttpResponse<String> answer = get(worker, "/health/ready");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("not registered at");
      assertThat(get(worker, "/health/live").statusCode()).isEqualTo(200);
      nameservice.status = 200;

      await().until(() -> get(worker, "/health/ready").statusCode() == 200);
    }
  }

  @Test
  void aNewerProcessWithItsIdIsAFailure() throws Exception {
    nameservice.status = 409;
    try (Worker worker = worker()) {
      worker.start();

      assertThat(worker.failure().toCompletableFuture().get(10, TimeUnit.SECONDS))
          .contains("another process is registered as worker reverse.wait-it-1");
    }
  }

  @Test
  void aPortThatIsTakenIsNamedAndNothingStaysOpen() {
    try (Worker worker = worker()) {
      worker.start();
      String udp = String.valueOf(worker.udpPort());
      String port = String.valueOf(worker.httpPort());

      assertThatThrownBy(() -> worker("TASKNET_UDP_PORT", udp).start())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(udp);
      assertThatThrownBy(() -> worker("TASKNET_HTTP_PORT", port).start())
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining(port);
    }
  }

  @Test
  void twoWorkersInOneProcessDoNotDisturbEachOther() {
    try (Worker one = worker("TASKNET_WORKER_ID", "one");
        Worker two = worker("TASKNET_WORKER_ID", "two")) {
      one.start();
      two.start();

      assertThat(one.udpPort()).isNotEqualTo(two.udpPort());
      await().until(() -> nameservice.paths.contains("PUT /workers/one"));
      await().until(() -> nameservice.paths.contains("PUT /workers/two"));
    }
  }

  @Test
  void itClosesOnceWhetherStartedOrNot() {
    Worker worker = worker();
    worker.close();
    worker.start();
    worker.close();

    assertThat(nameservice.paths).isEmpty();
  }
}
