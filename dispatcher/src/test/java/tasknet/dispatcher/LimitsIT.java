package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tasknet.dispatcher.TaskCallsIT.problem;
import static tasknet.dispatcher.testkit.WiredDispatcher.answer;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.task.AttemptId;

/** What the dispatcher refuses: what is too large, too much, or comes when it stops. */
@Timeout(120)
class LimitsIT {
  private static final String HASH = "{\"type\":\"hash\",\"payload\":\"x\"}";
  private static final int POLLS = 5_000;

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 2, "hash");

  @AfterEach
  void stop() {
    worker.close();
  }

  @Test
  void aCallThatIsNotAnsweredInTimeGoesOn() {
    try (WiredDispatcher dispatcher =
        WiredDispatcher.start(folder, "TASKNET_CALL_TIMEOUT", "300ms")) {
      dispatcher.register(worker);
      Answer answer = dispatcher.post("/task", HASH);
      problem(answer, 504, "no-answer");
      assertThat(answer.text("detail")).contains("GET /tasks/" + answer.text("id"));
      AttemptId attempt = worker.expectExecute().attempt();
      assertThat(attempt.task().toString()).isEqualTo(answer.text("id"));
      worker.complete(attempt, "1");
      worker.expectAck(attempt);

      assertThat(dispatcher.get("/tasks/" + answer.text("id")).text("state"))
          .isEqualTo("COMPLETED");
      assertThat(clientsWaiting(dispatcher)).isZero();
    }
  }

  @Test
  void aPayloadThatIsTooLargeIsRefused() {
    try (WiredDispatcher dispatcher =
        WiredDispatcher.start(
            folder, "TASKNET_MAX_PAYLOAD", "880", "TASKNET_MAX_DATAGRAM", "1200")) {
      dispatcher.register(worker);
      String large = "{\"type\":\"hash\",\"payload\":\"" + "ä".repeat(440) + "\"}";
      Answer answer = dispatcher.post("/tasks", large, "Prefer", "wait=60");
      problem(answer, 413, "too-large");
      assertThat(answer.text("detail")).contains("882 bytes", "880");
      problem(dispatcher.post("/task", large), 413, "too-large");
      problem(dispatcher.post("/tasks", "x".repeat(100_000)), 413, "too-large");
      assertThat(clientsWaiting(dispatcher)).isZero();

      String largest = "{\"type\":\"hash\",\"payload\":\"" + "ä".repeat(439) + "\"}";
      assertThat(dispatcher.post("/tasks", largest).status()).isEqualTo(202);
      worker.expectExecute();
    }
  }

  @Test
  void moreThanMayWaitIsRefusedAndLeavesNobodyWaiting() {
    try (WiredDispatcher dispatcher = WiredDispatcher.start(folder, "TASKNET_MAX_WAITING", "3")) {
      for (int count = 0; count < 3; count++) {
        assertThat(dispatcher.post("/tasks", HASH).status()).isEqualTo(202);
      }
      Answer answer = dispatcher.post("/tasks", HASH, "Prefer", "wait=60");
      problem(answer, 429, "queue-full");
      assertThat(answer.header("Retry-After")).isEqualTo("60");
      assertThat(clientsWaiting(dispatcher)).isZero();

      dispatcher.register(worker);
      worker.expectExecute();
      assertThat(dispatcher.post("/tasks", HASH).status()).isEqualTo(202);
    }
  }

  @Test
  void aFullStoreRefusesTasksAndFinishesThoseItHas() {
    try (WiredDispatcher dispatcher =
        WiredDispatcher.start(folder, "TASKNET_MAX_STORE_BYTES", "" + (1 << 20))) {
      String large = "{\"type\":\"hash\",\"payload\":\"" + "x".repeat(800) + "\"}";
      List<String> kept = new ArrayList<>();
      Answer answer = dispatcher.post("/tasks", large);
      while (answer.status() == 202) {
        kept.add(answer.text("id"));
        answer = dispatcher.post("/tasks", large, "Prefer", "wait=0");
      }
      problem(answer, 507, "store-full");
      assertThat(answer.header("Retry-After")).isEqualTo("1");
      assertThat(clientsWaiting(dispatcher)).isZero();
      assertThat(dispatcher.get("/stats").body().path("waiting").asInt()).isEqualTo(kept.size());

      dispatcher.register(worker);
      for (String id : kept) {
        AttemptId attempt = worker.expectExecute().attempt();
        assertThat(attempt.task().toString()).isEqualTo(id);
        worker.complete(attempt, "1");
        worker.expectAck(attempt);
      }
      assertThat(dispatcher.log().errors()).isEmpty();
    }
  }

  @Test
  void whileItDrainsItTakesNoTasksAndAnswersTheRest() throws Exception {
    WiredDispatcher dispatcher = WiredDispatcher.start(folder, "TASKNET_DRAIN_TIMEOUT", "30s");
    try (dispatcher) {
      dispatcher.register(worker);
      CompletableFuture<Answer> call = dispatcher.send("POST", "/task", HASH);
      AttemptId attempt = worker.expectExecute().attempt();
      worker.accept(attempt);
      Thread stop = Thread.ofVirtual().start(dispatcher.dispatcher()::close);
      await().until(() -> dispatcher.get("/health/ready").status() == 503);

      Answer refused = dispatcher.post("/tasks", HASH, "Prefer", "wait=60");
      problem(refused, 503, "draining");
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      problem(dispatcher.post("/task", HASH), 503, "draining");
      assertThat(dispatcher.get("/tasks/" + attempt.task()).text("state")).isEqualTo("RUNNING");
      worker.complete(attempt, "42");

      assertThat(answer(call).response().body()).endsWith("\"result\":42}");
      stop.join();
    }
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  @Test
  void whoeverStillWaitsWhenItStopsGetsAnAnswer() {
    WiredDispatcher dispatcher = WiredDispatcher.start(folder, "TASKNET_CALL_TIMEOUT", "60s");
    try (dispatcher) {
      dispatcher.register(worker);
      CompletableFuture<Answer> call = dispatcher.send("POST", "/task", HASH);
      AttemptId attempt = worker.expectExecute().attempt();
      worker.accept(attempt);
      CompletableFuture<Answer> poll =
          dispatcher.send("GET", "/tasks/" + attempt.task() + "?wait=60s", null);
      await().until(() -> clientsWaiting(dispatcher) == 2);
      dispatcher.dispatcher().close();

      problem(answer(call), 504, "no-answer");
      assertThat(answer(poll).text("state")).isEqualTo("RUNNING");
    }
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  @Test
  void thousandsOfLongPollsCostNoPlatformThreads() throws IOException {
    List<SocketChannel> clients = new ArrayList<>();
    try (WiredDispatcher dispatcher = WiredDispatcher.start(folder)) {
      dispatcher.register(worker);
      String id = dispatcher.submit(HASH);
      AttemptId attempt = worker.expectExecute().attempt();
      worker.accept(attempt);
      Thread alive = keepAlive(attempt);
      int before = ManagementFactory.getThreadMXBean().getThreadCount();
      byte[] request =
          ("GET /tasks/" + id + "?wait=5m HTTP/1.1\r\nHost: x\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      for (int count = 0; count < POLLS; count++) {
        SocketChannel client =
            SocketChannel.open(new InetSocketAddress("localhost", dispatcher.dispatcher().port()));
        client.write(ByteBuffer.wrap(request));
        clients.add(client);
      }
      await().atMost(Duration.ofSeconds(60)).until(() -> clientsWaiting(dispatcher) == POLLS);
      int during = ManagementFactory.getThreadMXBean().getThreadCount();
      alive.interrupt();
      worker.complete(attempt, "\"done\"");
      for (SocketChannel client : clients) {
        ByteBuffer answer = ByteBuffer.allocate(16);
        client.read(answer);
        assertThat(new String(answer.array(), StandardCharsets.US_ASCII))
            .startsWith("HTTP/1.1 200");
      }

      assertThat(during - before).isLessThan(50);
      assertThat(clientsWaiting(dispatcher)).isZero();
    } finally {
      for (SocketChannel client : clients) {
        client.close();
      }
    }
  }

  /** A worker that says now and then that it still runs an attempt. */
  private Thread keepAlive(AttemptId attempt) {
    return Thread.ofPlatform()
        .start(
            () -> {
              while (!Thread.interrupted()) {
                worker.accept(attempt);
                java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
              }
            });
  }

  private static long clientsWaiting(WiredDispatcher dispatcher) {
    return dispatcher.get("/stats").body().path("clientsWaiting").asLong(-1);
  }
}
