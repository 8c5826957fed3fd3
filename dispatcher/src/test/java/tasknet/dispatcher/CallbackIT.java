package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.testkit.CallbackReceiver;
import tasknet.dispatcher.testkit.CallbackReceiver.Call;
import tasknet.dispatcher.testkit.CallbackReceiver.Reply;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.task.AttemptId;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tools.jackson.databind.JsonNode;

/** Outcomes that are told to a real receiver. */
@Timeout(60)
class CallbackIT {
  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 4, "hash");
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() {
    start("24h");
  }

  private void start(String giveUpAfter) {
    dispatcher =
        WiredDispatcher.start(
            folder,
            "TASKNET_CALLBACK_HOSTS",
            "localhost:*",
            "TASKNET_CALLBACK_SECRET",
            CallbackReceiver.SECRET,
            "TASKNET_CALLBACK_GIVE_UP_AFTER",
            giveUpAfter);
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    worker.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  // ---- what is told ----------------------------------------------------------------------------

  @Test
  void everyEndOfATaskIsToldOnceAndSigned() {
    try (CallbackReceiver receiver = new CallbackReceiver(0, _ -> Reply.of(204))) {
      String cancelled = submit(receiver.url("/c?x=1"), "");
      dispatcher.delete("/tasks/" + cancelled);
      String expired = submit(receiver.url("/e"), ",\"deadline\":\"1ms\"");
      awaitState(expired, "delivered"); // it would be given to the worker
      dispatcher.register(worker);
      String completed = submit(receiver.url("/d"), "");
      worker.expectExecute(attempt(completed));
      worker.complete(attempt(completed), "{\"sum\":1.10}");
      String dead = submit(receiver.url("/f"), ",\"maxAttempts\":1");
      worker.expectExecute(attempt(dead));
      worker.fail(attempt(dead), TaskError.HANDLER_FAILED, false);
      String silent = dispatcher.submit("{\"type\":\"hash\"}");

      for (String task : new String[] {cancelled, expired, completed, dead}) {
        awaitState(task, "delivered");
        JsonNode shown = dispatcher.get("/tasks/" + task).body().path("callback");
        assertThat(shown.path("attempts").asInt()).isEqualTo(1);
        assertThat(shown.path("lastStatus").asInt()).isEqualTo(204);
      }
      assertThat(receiver.calls()).hasSize(4).allMatch(Call::isSigned);
      assertThat(receiver.calls())
          .extracting(Call::id)
          .containsExactlyInAnyOrder(cancelled, expired, completed, dead);
      assertThat(receiver.calls())
          .extracting(call -> call.path() + " " + call.task().path("state").asString())
          .containsExactlyInAnyOrder("/c?x=1 CANCELLED", "/e EXPIRED", "/d COMPLETED", "/f DEAD");
      Call call = of(receiver, completed);
      assertThat(call.type()).isEqualTo("application/json");
      assertThat(call.body()).contains("\"result\":{\"sum\":1.10}").contains("\"attempts\":[{");
      assertThat(Long.parseLong(call.timestamp()))
          .isCloseTo(Instant.now().getEpochSecond(), org.assertj.core.data.Offset.offset(60L));
      assertThat(dispatcher.get("/tasks/" + silent).body().has("callback")).isFalse();
      assertThat(metrics())
          .contains("tasknet_callbacks_delivered_total 4.0")
          .contains("tasknet_callbacks_pending 0.0");
    }
  }

  @Test
  void beforeItsEndATaskShowsThatItsCallbackIsPending() {
    Answer answer =
        dispatcher.post("/tasks", "{\"type\":\"hash\",\"callback\":\"http://localhost:1/\"}");

    String expected = "{\"url\":\"http://localhost:1/\",\"state\":\"pending\",\"attempts\":0}";
    assertThat(answer.body().path("callback").toString()).isEqualTo(expected);
    assertThat(dispatcher.get("/tasks/" + answer.text("id")).body()).isEqualTo(answer.body());
  }

  // ---- what fails ------------------------------------------------------------------------------

  @Test
  void whatFailsIsCalledAgainWithTheSameIdUntilItIsTaken() {
    int[] count = {0};
    try (CallbackReceiver receiver =
        new CallbackReceiver(0, _ -> Reply.of(++count[0] < 3 ? 500 : 200))) {
      String task = ended(receiver.url("/"));
      awaitState(task, "delivered");

      assertThat(receiver.calls())
          .hasSize(3)
          .allMatch(Call::isSigned)
          .allMatch(call -> call.id().equals(task));
      assertThat(callback(task).path("attempts").asInt()).isEqualTo(3);
      assertThat(metrics()).contains("tasknet_callbacks_retried_total 2.0");
    }
  }

  @Test
  void aReceiverThatComesLaterGetsWhatItMissed() throws IOException {
    int port = freePort();
    String task = ended("http://localhost:" + port + "/");
    await().until(() -> callback(task).path("attempts").asInt() > 0);
    assertThat(callback(task).path("state").asString()).isEqualTo("pending");
    assertThat(callback(task).path("lastError").asString()).isNotEmpty();
    assertThat(callback(task).path("nextAttemptAt").asString()).isNotEmpty();

    try (CallbackReceiver receiver = new CallbackReceiver(port, _ -> Reply.of(200))) {
      awaitState(task, "delivered");
      assertThat(receiver.calls()).hasSize(1);
      assertThat(callback(task).has("lastError")).isFalse();
    }
  }

  @Test
  void whatIsPendingIsDeliveredAfterARestart() throws IOException {
    int port = freePort();
    String task = ended("http://localhost:" + port + "/");
    await().until(() -> callback(task).path("attempts").asInt() > 0);
    dispatcher.close();

    try (CallbackReceiver receiver = new CallbackReceiver(port, _ -> Reply.of(200))) {
      start();
      awaitState(task, "delivered");
      assertThat(receiver.calls()).extracting(Call::id).containsExactly(task);
    }
  }

  @Test
  void aReceiverThatIsGoneIsNotCalledAgain() {
    try (CallbackReceiver receiver = new CallbackReceiver(0, _ -> Reply.of(410))) {
      String task = ended(receiver.url("/"));
      awaitState(task, "failed");

      assertThat(receiver.calls()).hasSize(1);
      assertThat(callback(task).path("lastStatus").asInt()).isEqualTo(410);
      assertThat(callback(task).has("nextAttemptAt")).isFalse();
      assertThat(metrics()).contains("tasknet_callbacks_failed_total 1.0");
      await()
          .until(
              () -> dispatcher.log().with("a callback is given up").stream().findAny().isPresent());
    }
  }

  @Test
  void afterAWhileAReceiverIsGivenUp() {
    dispatcher.close();
    start("1500ms");
    try (CallbackReceiver receiver = new CallbackReceiver(0, _ -> Reply.of(500))) {
      String task = ended(receiver.url("/"));
      awaitState(task, "failed");

      assertThat(receiver.calls()).hasSize(2);
    }
  }

  @Test
  void aRedirectIsNotFollowed() {
    try (CallbackReceiver receiver =
        new CallbackReceiver(
            0,
            call ->
                call.path().equals("/here")
                    ? new Reply(307, Map.of("Location", "/there"))
                    : Reply.of(200))) {
      String task = ended(receiver.url("/here"));
      await().until(() -> callback(task).path("attempts").asInt() > 1);

      assertThat(receiver.calls()).extracting(Call::path).containsOnly("/here");
      assertThat(callback(task).path("lastStatus").asInt()).isEqualTo(307);
    }
  }

  @Test
  void theWaitThatAReceiverWishesIsKept() {
    try (CallbackReceiver receiver =
        new CallbackReceiver(0, _ -> new Reply(503, Map.of("Retry-After", "3600")))) {
      String task = ended(receiver.url("/"));
      await().until(() -> callback(task).path("attempts").asInt() == 1);

      assertThat(Instant.parse(callback(task).path("nextAttemptAt").asString()))
          .isAfter(Instant.now().plusSeconds(3500));
    }
  }

  @Test
  void aSlowReceiverHoldsUpNoOther() {
    CountDownLatch end = new CountDownLatch(1);
    try (CallbackReceiver slow =
            new CallbackReceiver(
                0,
                _ -> {
                  awaitUninterruptibly(end);
                  return Reply.of(200);
                });
        CallbackReceiver quick = new CallbackReceiver(0, _ -> Reply.of(200))) {
      for (int count = 0; count < 40; count++) {
        ended(slow.url("/" + count));
      }
      await().until(() -> slow.calls().size() == 16); // no more than that at a time
      String task = ended(quick.url("/"));
      awaitState(task, "delivered");
      assertThat(slow.calls()).hasSize(16);
      end.countDown();
      await().until(() -> slow.calls().size() == 40);
    } finally {
      end.countDown();
    }
  }

  // ---- what is refused -------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org/",
        "ftp://localhost/",
        "localhost:1",
        "http://user:password@localhost:1/",
        "http://localhost:1/#part",
        "http://",
        "http://local host/",
      })
  void whatMayNotBeCalledIsRefused(String url) {
    Answer answer = dispatcher.post("/tasks", "{\"type\":\"hash\",\"callback\":\"" + url + "\"}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("field")).isEqualTo("callback");
    assertThat(answer.text("detail")).contains("it must be");
  }

  // ---- small things ----------------------------------------------------------------------------

  private String submit(String url, String more) {
    return dispatcher.submit("{\"type\":\"hash\",\"callback\":\"" + url + "\"" + more + "}");
  }

  /** A task that was cancelled. */
  private String ended(String url) {
    String task = submit(url, "");
    assertThat(dispatcher.delete("/tasks/" + task).status()).isEqualTo(200);
    return task;
  }

  private JsonNode callback(String task) {
    return dispatcher.get("/tasks/" + task).body().path("callback");
  }

  private void awaitState(String task, String state) {
    await()
        .atMost(java.time.Duration.ofSeconds(30))
        .until(() -> callback(task).path("state").asString().equals(state));
  }

  private String metrics() {
    return WiredDispatcher.answer(dispatcher.send("GET", "/metrics", null)).response().body();
  }

  private static Call of(CallbackReceiver receiver, String task) {
    return receiver.calls().stream()
        .filter(call -> call.id().equals(task))
        .findFirst()
        .orElseThrow();
  }

  private static AttemptId attempt(String task) {
    return new AttemptId(TaskId.parse(task), 1);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
