package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tasknet.dispatcher.TaskCallsIT.problem;
import static tasknet.dispatcher.testkit.WiredDispatcher.answer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.task.AttemptId;
import tools.jackson.databind.JsonNode;

/** Types are asked for, limited, paused and resumed. */
@Timeout(60)
class TypeCallsIT {
  private static final String HASH = "{\"type\":\"hash\",\"payload\":\"x\"}";
  private static final String MERGE = "application/merge-patch+json";

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 100, "hash");
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() throws IOException {
    Path workers = folder.resolve("workers.json");
    Files.writeString(
        workers,
        """
        {"workers": [{"name": "limited", "active": true, "limits": {"running": 7, "waiting": 9}}]}
        """);
    dispatcher = WiredDispatcher.start(folder, "TASKNET_WORKERS_FILE", workers.toString());
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    worker.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  @Test
  void aTypeIsKnownByATaskAWorkerARuleOrAChange() {
    problem(dispatcher.get("/types/hash"), 404, "not-found");
    assertThat(dispatcher.get("/types/limited").response().body())
        .contains("\"paused\":false,\"limits\":{\"running\":7,\"waiting\":9},\"defaults\":");
    dispatcher.submit(HASH);
    JsonNode hash = dispatcher.get("/types/hash").body();
    assertThat(hash.path("queued").asInt()).isEqualTo(1);
    assertThat(hash.path("oldestQueuedAt").asString()).startsWith("20");
    assertThat(hash.path("rates").path("submitted").asDouble()).isPositive();
    assertThat(hash.has("latency")).isFalse();
    dispatcher.register(ScriptedWorker.open("worker-2", 1, "upper"));
    assertThat(dispatcher.get("/types/upper").body().path("workers").asInt()).isEqualTo(1);
    dispatcher.post("/types/later/pause", "");
    assertThat(dispatcher.get("/types/later").body().path("paused").asBoolean()).isTrue();
    assertThat(dispatcher.get("/types").response().body()).contains("\"type\":\"later\"");
    assertThat(dispatcher.post("/types/later/resume", "").status()).isEqualTo(200);
    problem(dispatcher.get("/types/later"), 404, "not-found");
    problem(dispatcher.get("/types/Hash"), 400, "malformed");
  }

  @Test
  void aMergePatchSetsWhatItHasAndTakesBackWhatIsNull() {
    assertThat(patch("limited", "{\"limits\":{\"running\":2,\"startsPerSecond\":2.5}}"))
        .contains("\"limits\":{\"running\":2,\"startsPerSecond\":2.5,\"waiting\":9}")
        .contains("\"overridden\":[\"running\",\"startsPerSecond\"]");
    assertThat(patch("limited", "{\"limits\":{\"running\":null,\"waiting\":100}}"))
        .contains("\"limits\":{\"running\":7,\"startsPerSecond\":2.5,\"waiting\":100}")
        .contains("\"overridden\":[\"startsPerSecond\",\"waiting\"]");
    assertThat(patch("limited", "{}")).contains("\"waiting\":100");
    assertThat(patch("limited", "{\"limits\":{}}")).contains("\"waiting\":100");
    assertThat(patch("limited", "{\"limits\":null}"))
        .contains("\"limits\":{\"running\":7,\"waiting\":9}")
        .doesNotContain("overridden");
    assertThat(patch("hash", "{\"limits\":{\"running\":1}}"))
        .contains("\"limits\":{\"running\":1},\"overridden\":[\"running\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'limits':{'running':0}}|limits.running|from 1 to 2147483647",
        "{'limits':{'running':2.5}}|limits.running|a whole number",
        "{'limits':{'running':'5'}}|limits.running|a whole number",
        "{'limits':{'running':2147483648}}|limits.running|a whole number",
        "{'limits':{'startsPerSecond':0}}|limits.startsPerSecond|above 0",
        "{'limits':{'startsPerSecond':true}}|limits.startsPerSecond|above 0",
        "{'limits':{'waiting':0}}|limits.waiting|from 1 to",
        "{'limits':{'wating':5}}|limits.wating|limits.running, limits.startsPerSecond",
        "{'limits':5}|limits|an object, or null",
        "{'paused':true}|paused|what can be changed is [limits]",
      })
  void whatIsNotAllowedIsRefusedWithItsField(String body, String field, String allowed) {
    Answer answer = send("/types/hash", body.replace('\'', '"'), MERGE);

    problem(answer, 400, "malformed");
    assertThat(answer.text("field")).isEqualTo(field);
    assertThat(answer.text("detail")).contains(allowed);
    problem(dispatcher.get("/types/hash"), 404, "not-found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "5", "null", "", "{\"limits\":", "{\"limits\":{}}x"})
  void whatIsNoObjectIsRefused(String body) {
    problem(send("/types/hash", body, MERGE), 400, "malformed");
  }

  @Test
  void otherMediaTypesAreRefusedAndTheAllowedOnesNamed() {
    Answer answer = send("/types/hash", "{}", "application/x-www-form-urlencoded");

    problem(answer, 415, "unsupported-media-type");
    assertThat(answer.header("Accept-Patch"))
        .isEqualTo("application/merge-patch+json, application/json");
    assertThat(send("/types/hash", "{}", "application/json; charset=utf-8").status())
        .isEqualTo(200);
    problem(send("/types/HASH", "{}", MERGE), 400, "malformed");
    assertThat(WiredDispatcher.answer(dispatcher.send("PUT", "/types/hash", "{}")).status())
        .isEqualTo(405);
  }

  @Test
  void aPausedTypeTakesTasksAndSaysWhatTheyWaitFor() {
    dispatcher.register(worker);
    assertThat(dispatcher.post("/types/hash/pause", "").body().path("paused").asBoolean()).isTrue();
    assertThat(dispatcher.post("/types/hash/pause", "").status()).isEqualTo(200);
    String task = dispatcher.submit(HASH);
    CompletableFuture<Answer> call = dispatcher.send("POST", "/task", HASH);
    await().until(() -> dispatcher.get("/types/hash").body().path("queued").asInt() == 2);
    assertThat(dispatcher.get("/tasks/" + task).text("waitingFor"))
        .isEqualTo("the resume of type hash");
    assertThat(call).isNotDone();

    Answer resumed = dispatcher.post("/types/hash/resume", "");

    assertThat(resumed.body().path("paused").asBoolean()).isFalse();
    assertThat(dispatcher.post("/types/hash/resume", "").status()).isEqualTo(200);
    for (int count = 0; count < 2; count++) {
      AttemptId attempt = worker.expectExecute().attempt();
      worker.complete(attempt, "1");
      worker.expectAck(attempt);
    }
    assertThat(answer(call).status()).isEqualTo(200);
  }

  @Test
  void aTaskThatWaitsForALimitSaysSo() {
    dispatcher.register(worker);
    patch("hash", "{\"limits\":{\"running\":1}}");
    dispatcher.submit(HASH);
    worker.accept(worker.expectExecute().attempt());
    String waiting = dispatcher.submit(HASH);

    assertThat(dispatcher.get("/tasks/" + waiting).text("waitingFor"))
        .isEqualTo("the end of an attempt of type hash, of which at most 1 run");
  }

  @Test
  void metricsShowWhatWaitsAndWhatHolds() {
    patch("hash", "{\"limits\":{\"running\":3,\"startsPerSecond\":2.5,\"waiting\":2}}");
    dispatcher.post("/types/hash/pause", "");
    dispatcher.submit(HASH);
    dispatcher.submit(HASH);
    dispatcher.submit("{\"type\":\"upper\"}");
    problem(dispatcher.post("/tasks", HASH), 429, "queue-full");

    assertThat(dispatcher.get("/metrics").response().body())
        .contains("tasknet_type_waiting_tasks{type=\"hash\"} 2.0")
        .contains("tasknet_type_waiting_tasks{type=\"upper\"} 1.0")
        .contains("tasknet_type_paused{type=\"hash\"} 1.0")
        .contains("tasknet_type_paused{type=\"limited\"} 0.0")
        .contains("tasknet_type_limit{limit=\"running\",type=\"hash\"} 3.0")
        .contains("tasknet_type_limit{limit=\"starts_per_second\",type=\"hash\"} 2.5")
        .contains("tasknet_type_limit{limit=\"waiting\",type=\"limited\"} 9.0")
        .contains("tasknet_tasks_refused_total{reason=\"type_full\",type=\"hash\"} 1.0");
  }

  private String patch(String type, String body) {
    Answer answer = send("/types/" + type, body, MERGE);
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    assertThat(dispatcher.get("/types/" + type).body()).isEqualTo(answer.body());
    return answer.response().body();
  }

  private Answer send(String path, String body, String mediaType) {
    return answer(dispatcher.send("PATCH", path, body, "Content-Type", mediaType));
  }
}
