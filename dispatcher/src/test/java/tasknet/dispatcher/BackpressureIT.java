package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.TaskCallsIT.problem;
import static tasknet.dispatcher.testkit.WiredDispatcher.answer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.task.AttemptId;

/** As many tasks wait as may. */
@Timeout(60)
class BackpressureIT {
  private static final String HASH = "{\"type\":\"hash\",\"payload\":\"x\"}";
  private static final String UPPER = "{\"type\":\"upper\",\"payload\":\"x\"}";
  private static final String KEY = "Idempotency-Key";

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 1, "hash");
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() {
    dispatcher = WiredDispatcher.start(folder, "TASKNET_MAX_WAITING", "20");
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    worker.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  @Test
  void aFullTypeIsRefusedByNameAndOthersAreTaken() {
    bound(2);
    dispatcher.submit(HASH);
    dispatcher.submit(HASH);
    for (Answer answer :
        List.of(
            dispatcher.post("/tasks", HASH),
            dispatcher.post("/tasks", HASH, KEY, "new"),
            dispatcher.post("/tasks", HASH, "Prefer", "wait=60"))) {
      problem(answer, 429, "queue-full");
      assertThat(answer.text("detail"))
          .isEqualTo("at most 2 tasks of type hash may wait at the same time, and 2 do");
      assertThat(answer.text("taskType")).isEqualTo("hash");
      assertThat(answer.header("Retry-After")).isEqualTo("60");
    }

    assertThat(dispatcher.post("/tasks", UPPER).status()).isEqualTo(202);
    assertThat(dispatcher.post("/tasks", "{\"type\":\"hash\",\"delay\":\"1h\"}").text("state"))
        .as("does not wait in the queue")
        .isEqualTo("SCHEDULED");
    bound(3);
    assertThat(dispatcher.post("/tasks", HASH).status()).isEqualTo(202);
  }

  @Test
  void theBoundOfAllHoldsWhateverTheTypes() {
    for (int count = 0; count < 10; count++) {
      dispatcher.submit(HASH);
      dispatcher.submit(UPPER);
    }
    Answer answer = dispatcher.post("/tasks", "{\"type\":\"sum\"}");

    problem(answer, 429, "queue-full");
    assertThat(answer.text("detail"))
        .isEqualTo("at most 20 tasks may wait at the same time, and 20 do");
    assertThat(answer.body().has("taskType")).isFalse();
  }

  @Test
  void submittersThatRaceFillTheQueueAndNeverExceedIt() {
    bound(15);
    List<CompletableFuture<Answer>> calls = new ArrayList<>();
    for (int count = 0; count < 100; count++) {
      calls.add(dispatcher.send("POST", "/tasks", HASH));
    }
    List<Integer> statuses = calls.stream().map(call -> answer(call).status()).toList();

    assertThat(statuses).filteredOn(status -> status == 202).hasSize(15);
    assertThat(statuses).filteredOn(status -> status == 429).hasSize(85);
    assertThat(dispatcher.get("/types/hash").body().path("queued").asInt()).isEqualTo(15);
  }

  @Test
  void whatIsTakenFromTheQueueMakesRoomAndTheAnswerSaysHowSoon() {
    bound(1);
    dispatcher.register(worker);
    for (int count = 0; count < 30; count++) {
      dispatcher.submit(HASH);
      AttemptId attempt = worker.expectExecute().attempt();
      worker.complete(attempt, "1");
      worker.expectAck(attempt);
    }
    dispatcher.submit(HASH);
    worker.accept(worker.expectExecute().attempt());
    dispatcher.submit(HASH);
    Answer answer = dispatcher.post("/tasks", HASH);

    problem(answer, 429, "queue-full");
    assertThat(answer.header("Retry-After")).as("many a second are taken").isEqualTo("1");
  }

  @Test
  void aKnownKeyGetsItsTaskAlsoWhenTheQueueIsFull() {
    bound(1);
    String task = dispatcher.post("/tasks", HASH, KEY, "order").text("id");
    problem(dispatcher.post("/tasks", HASH), 429, "queue-full");

    Answer again = dispatcher.post("/tasks", HASH, KEY, "order");

    assertThat(again.status()).isEqualTo(202);
    assertThat(again.text("id")).isEqualTo(task);
    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    problem(
        dispatcher.post("/tasks", "{\"type\":\"hash\"}", KEY, "order"),
        422,
        "idempotency-key-reused");
    problem(dispatcher.post("/tasks", HASH, KEY, "other"), 429, "queue-full");
    assertThat(dispatcher.get("/stats").body().path("waiting").asInt()).isEqualTo(1);
  }

  @Test
  void aKnownKeyGetsItsResultAlsoWhenItsWorkerIsGone() {
    dispatcher.register(worker);
    CompletableFuture<Answer> call = dispatcher.send("POST", "/task", HASH, KEY, "call");
    AttemptId attempt = worker.expectExecute().attempt();
    worker.complete(attempt, "[1]");
    String body = answer(call).response().body();
    dispatcher.register();

    assertThat(dispatcher.post("/task", HASH, KEY, "call").response().body()).isEqualTo(body);
    problem(dispatcher.post("/task", HASH, KEY, "other"), 404, "no-worker");
    problem(dispatcher.post("/task", HASH), 404, "no-worker");
  }

  private void bound(int waiting) {
    String body = "{\"limits\":{\"waiting\":" + waiting + "}}";
    assertThat(answer(dispatcher.send("PATCH", "/types/hash", body)).status()).isEqualTo(200);
  }
}
