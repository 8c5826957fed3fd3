package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.task.AttemptId;

/** Clients that do not know whether their request arrived, and send it again. */
@Timeout(60)
class IdempotencyIT {
  private static final String HASH = "{\"type\":\"hash\",\"payload\":\"x\"}";
  private static final String KEY = "Idempotency-Key";

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 100, "hash");
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() {
    dispatcher = WiredDispatcher.start(folder, "TASKNET_CALL_TIMEOUT", "10s");
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    worker.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  @Test
  void theSameRequestGetsTheSameTask() {
    Answer first = dispatcher.post("/tasks", HASH, KEY, "order-4711");
    Answer again = dispatcher.post("/tasks", HASH, KEY, "order-4711");
    Answer asInTheDraft = dispatcher.post("/tasks", HASH, KEY, "\"order-4711\"");

    assertThat(first.status()).isEqualTo(202);
    assertThat(first.header("Idempotent-Replayed")).isNull();
    for (Answer repeated : List.of(again, asInTheDraft)) {
      assertThat(repeated.status()).isEqualTo(202);
      assertThat(repeated.header("Idempotent-Replayed")).isEqualTo("true");
      assertThat(repeated.header("Location")).isEqualTo(first.header("Location"));
      assertThat(repeated.text("id")).isEqualTo(first.text("id"));
    }
    assertThat(dispatcher.get("/tasks").body().path("tasks")).hasSize(1);
    assertThat(dispatcher.get("/stats").body().path("waiting").asInt()).isEqualTo(1);
  }

  @Test
  void anotherBodyIsRefused() {
    dispatcher.post("/tasks", HASH, KEY, "k");
    Answer answer = dispatcher.post("/tasks", "{\"type\":\"hash\",\"payload\":\"y\"}", KEY, "k");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.text("type")).endsWith("idempotency-key-reused");
    assertThat(answer.text("detail")).contains("Idempotency-Key", "'k'");
    assertThat(dispatcher.get("/tasks").body().path("tasks")).hasSize(1);
  }

  @Test
  void tenClientsThatRaceWithOneKeyMakeOneTask() {
    List<CompletableFuture<Answer>> calls = new ArrayList<>();
    for (int client = 0; client < 10; client++) {
      calls.add(dispatcher.send("POST", "/tasks", HASH, KEY, "race"));
    }

    List<Answer> answers = calls.stream().map(WiredDispatcher::answer).toList();
    assertThat(answers)
        .extracting(each -> each.text("id"))
        .containsOnly(answers.getFirst().text("id"));
    assertThat(answers).filteredOn(each -> each.header("Idempotent-Replayed") == null).hasSize(1);
    assertThat(dispatcher.get("/tasks").body().path("tasks")).hasSize(1);
  }

  @Test
  void aCallThatIsRepeatedGetsTheSameResult() {
    dispatcher.register(worker);
    CompletableFuture<Answer> call = dispatcher.send("POST", "/task", HASH, KEY, "call");
    AttemptId attempt = worker.expectExecute().attempt();
    CompletableFuture<Answer> meanwhile =
        dispatcher.send("POST", "/tasks", HASH, KEY, "call", "Prefer", "wait=10");
    worker.complete(attempt, "[1]");

    String body = answer(call).response().body();
    assertThat(body).isEqualTo("{\"id\":\"" + attempt.task() + "\",\"result\":[1]}");
    assertThat(answer(meanwhile).text("state")).isEqualTo("COMPLETED");
    Answer again = dispatcher.post("/task", HASH, KEY, "call");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.response().body()).isEqualTo(body);
    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(dispatcher.post("/tasks", HASH, KEY, "call").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "a\tb"})
  void whatIsNoKeyIsRefused(String key) {
    Answer answer = dispatcher.post("/tasks", HASH, KEY, key);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("field")).isEqualTo("Idempotency-Key");
    assertThat(answer.text("detail")).contains("1 to 255 printable");
  }

  @Test
  void aKeyHasAtMost255Characters() {
    assertThat(dispatcher.post("/tasks", HASH, KEY, "k".repeat(255)).status()).isEqualTo(202);
    assertThat(dispatcher.post("/tasks", HASH, KEY, "k".repeat(256)).status()).isEqualTo(400);
  }
}
