package tasknet.nameservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.http.Json;
import tasknet.registry.Departure;
import tasknet.registry.WorkerList;

class BlockingQueryIT {
  private static final int MANY = 1_000;

  @TempDir Path folder;
  private Running running;

  @BeforeEach
  void start() throws Exception {
    running = new Running(folder, Duration.ofMinutes(10));
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void aQueryBehindTheRegistryIsAnsweredAtOnce() throws Exception {
    running.put("a", RegistryTest.registration(1, "hash"));
    long revision = revision();

    WorkerList list = running.get("/workers?wait=60s&after=" + (revision - 1), WorkerList.class);

    assertThat(list.workers()).hasSize(1);
  }

  @Test
  void aQueryFromBeforeALostPastIsAnsweredAtOnce() throws Exception {
    WorkerList list = running.get("/workers?wait=60s&after=" + Long.MAX_VALUE, WorkerList.class);

    assertThat(list.revision()).isEqualTo(revision());
  }

  @Test
  void withoutAWaitTheAnswerComesAtOnce() throws Exception {
    assertThat(running.get("/workers?after=" + revision()).statusCode()).isEqualTo(200);
  }

  @Test
  void aQueryIsAnsweredWithThePresentListWhenItsWaitIsOver() throws Exception {
    long revision = revision();

    WorkerList list = running.get("/workers?wait=200ms&after=" + revision, WorkerList.class);

    assertThat(list.revision()).isEqualTo(revision);
    assertThat(list.workers()).isEmpty();
    assertThat(running.metric("tasknet_blocking_queries")).isZero();
  }

  @Test
  void aMereHeartbeatWakesNobody() throws Exception {
    running.put("a", RegistryTest.registration(1, "hash"));
    long revision = revision();
    var waiting = running.getLater("/workers?wait=60s&after=" + revision);
    await().until(() -> running.metric("tasknet_blocking_queries") == 1);

    running.put("a", RegistryTest.registration(1, "hash"));
    assertThat(running.metric("tasknet_blocking_queries")).isEqualTo(1);
    running.send("DELETE", "/workers/a", "");

    WorkerList after = list(waiting);
    assertThat(after.revision()).isEqualTo(revision + 1);
    assertThat(after.workers()).isEmpty();
    assertThat(after.departures()).extracting(Departure::kind).containsExactly(Departure.Kind.LEFT);
  }

  @Test
  void manyWaitersCostNoThreadsAndAllWakeUp() throws Exception {
    long revision = revision();
    int threadsBefore = platformThreads();
    List<CompletableFuture<HttpResponse<String>>> waiting =
        IntStream.range(0, MANY)
            .mapToObj(i -> running.getLater("/workers?wait=60s&after=" + revision))
            .toList();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> running.metric("tasknet_blocking_queries") == MANY);
    assertThat(platformThreads() - threadsBefore).isLessThan(MANY / 10);

    running.put("a", RegistryTest.registration(1, "hash"));

    assertThat(waiting)
        .allSatisfy(
            answer -> {
              WorkerList list = list(answer);
              assertThat(list.revision()).isEqualTo(revision + 1);
              assertThat(list.workers()).hasSize(1);
            });
    assertThat(running.metric("tasknet_blocking_queries")).isZero();
  }

  @Test
  void aStopAnswersWhoeverWaits() throws Exception {
    long revision = revision();
    var waiting = running.getLater("/workers?wait=60s&after=" + revision);
    await().until(() -> running.metric("tasknet_blocking_queries") == 1);

    running.stop();

    assertThat(list(waiting).revision()).isEqualTo(revision);
  }

  @Test
  void aWaiterThatWentAwayHurtsNobody() throws Exception {
    long revision = revision();
    try (Socket socket = new Socket("localhost", running.port())) {
      OutputStream out = socket.getOutputStream();
      String request =
          "GET /workers?wait=60s&after=" + revision + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      await().until(() -> running.metric("tasknet_blocking_queries") == 1);
    }

    running.put("a", RegistryTest.registration(1, "hash"));

    await().until(() -> running.metric("tasknet_blocking_queries") == 0);
    assertThat(running.get("/workers", WorkerList.class).workers()).hasSize(1);
    assertThat(running.logged()).noneMatch(line -> line.contains("ERROR"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"61s", "2h", "30", "soon", "PT-1S", "-1s", "999999999d", ""})
  void aWaitThatCannotBeIsAProblem(String wait) throws Exception {
    HttpResponse<String> response = running.get("/workers?after=1&wait=" + wait);

    assertThat(RegistryApiIT.problem(response, 400).detail())
        .contains("wait: '" + wait + "' is not allowed; it must be a duration such as 30s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1.5", "99999999999999999999", ""})
  void aRevisionThatCannotBeIsAProblem(String after) throws Exception {
    HttpResponse<String> response = running.get("/workers?after=" + after);

    assertThat(RegistryApiIT.problem(response, 400).detail())
        .contains("after: '" + after + "' is not allowed; it must be a whole number");
  }

  private long revision() throws Exception {
    return running.get("/workers", WorkerList.class).revision();
  }

  private static WorkerList list(CompletableFuture<HttpResponse<String>> answer) {
    HttpResponse<String> response = answer.orTimeout(30, TimeUnit.SECONDS).join();
    assertThat(response.statusCode()).isEqualTo(200);
    return Json.mapper().readValue(response.body(), WorkerList.class);
  }

  private static int platformThreads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }
}
