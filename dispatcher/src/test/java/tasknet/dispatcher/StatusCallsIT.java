package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tasknet.dispatcher.TaskCallsIT.problem;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedNameservice.Mood;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.task.AttemptId;
import tools.jackson.databind.JsonNode;

/** What the dispatcher tells of types, workers and itself. */
@Timeout(60)
class StatusCallsIT {
  private static final String HASH = "{\"type\":\"hash\",\"payload\":\"x\"}";

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 3, "hash", "upper");
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() {
    dispatcher = WiredDispatcher.start(folder);
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    worker.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  @Test
  void typesAreShownWithTheirWorkersAndTasks() {
    dispatcher.register(worker);
    dispatcher.submit("{\"type\":\"sum\"}");
    dispatcher.submit(HASH);
    dispatcher.submit(HASH);
    worker.free(2);
    AttemptId done = worker.expectExecute().attempt();
    worker.accept(worker.expectExecute().attempt());
    worker.complete(done, "1");
    worker.expectAck(done);

    JsonNode types = dispatcher.get("/types").body().path("types");

    assertThat(types).hasSize(3);
    JsonNode hash = types.path(0);
    assertThat(hash.path("type").asString()).isEqualTo("hash");
    assertThat(hash.path("workers").asInt()).isEqualTo(1);
    assertThat(hash.path("slots").asInt()).isEqualTo(3);
    assertThat(hash.path("free").asInt()).isEqualTo(2);
    assertThat(hash.path("running").asInt()).isEqualTo(1);
    assertThat(hash.path("completed").asInt()).isEqualTo(1);
    assertThat(hash.path("queued").asInt()).isZero();
    JsonNode sum = types.path(1);
    assertThat(sum.path("type").asString()).isEqualTo("sum");
    assertThat(sum.path("workers").asInt(-1)).isZero();
    assertThat(sum.path("queued").asInt()).isEqualTo(1);
    assertThat(types.path(2).path("type").asString()).isEqualTo("upper");
  }

  @Test
  void workersAreShownAsTheDispatcherSeesThem() {
    dispatcher.register(worker);
    dispatcher.submit(HASH);
    worker.free(2);
    worker.accept(worker.expectExecute().attempt());

    JsonNode shown = dispatcher.get("/workers").body().path("workers").path(0);

    assertThat(shown.path("id").asString()).isEqualTo("worker-1");
    assertThat(shown.path("types").toString()).contains("hash", "upper");
    assertThat(shown.path("port").asInt()).isEqualTo(worker.address().getPort());
    assertThat(shown.path("capacity").asInt()).isEqualTo(3);
    assertThat(shown.path("running").asInt()).isEqualTo(1);
    assertThat(shown.path("free").asInt()).isEqualTo(2);
    assertThat(shown.path("suspect").asBoolean(true)).isFalse();
    assertThat(shown.path("roundTrip").asString()).startsWith("PT");
    assertThat(shown.path("hostname").asString()).isEqualTo("box-of-worker-1");
  }

  @Test
  void theTraceOfATaskIsShown() {
    dispatcher.register(worker);
    String id = dispatcher.submit(HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    worker.complete(attempt, "1");
    worker.expectAck(attempt);

    JsonNode trace = dispatcher.get("/tasks/" + id + "/trace").body();

    assertThat(trace.path("task").asString()).isEqualTo(id);
    assertThat(trace.path("complete").asBoolean()).isTrue();
    assertThat(trace.path("steps").valueStream().map(step -> step.path("kind").asString()))
        .containsExactly(
            "received",
            "stored",
            "queued",
            "begun",
            "sent",
            "result",
            "committed",
            "result-acknowledged");
    JsonNode shown = dispatcher.get("/workers").body().path("workers").path(0);
    assertThat(shown.path("completed").asInt()).isEqualTo(1);
    assertThat(shown.path("sent").asInt()).isEqualTo(1);
    problem(dispatcher.get("/tasks/01KATXK2S0ABCDEFGHJKMNPQRS/trace"), 404, "not-found");
  }

  @Test
  void theNumbersOfTheDispatcherAreShown() {
    dispatcher.register(worker);
    dispatcher.submit("{\"type\":\"sum\"}");
    dispatcher.submit(HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    worker.complete(attempt, "1");
    worker.expectAck(attempt);
    worker.complete(attempt, "1");

    JsonNode stats = dispatcher.get("/stats").body();

    assertThat(stats.path("waiting").asInt()).isEqualTo(1);
    assertThat(stats.path("tasksSubmitted").asInt()).isEqualTo(2);
    assertThat(stats.path("attempts").path("begun").asInt()).isEqualTo(1);
    assertThat(stats.path("attempts").path("completed").asInt()).isEqualTo(1);
    assertThat(stats.path("attempts").path("staleResults").asInt()).isEqualTo(1);
    assertThat(stats.path("udp").path("datagramsReceived").asInt()).isGreaterThan(1);
    assertThat(stats.path("startedAt").asString()).startsWith("20");
    assertThat(stats.path("queued").asInt()).isEqualTo(1);
    assertThat(stats.path("running").asInt()).isZero();
    assertThat(stats.path("oldestQueuedAt").asString()).startsWith("20");
    assertThat(stats.path("rates").path("submitted").asDouble()).isPositive();
    assertThat(stats.path("rates").path("completed").asDouble()).isPositive();
    assertThat(stats.path("rates").path("failed").asDouble()).isZero();
    for (String time : List.of("wait", "run", "total")) {
      assertThat(stats.path("latency").path(time).path("p99").asString()).startsWith("PT");
    }
    assertThat(stats.path("uptime").asString()).startsWith("PT");
  }

  @Test
  void itIsReadyWhenTheNameserviceHasAnsweredAndStaysReadyWithoutIt() {
    await().until(() -> dispatcher.get("/health/ready").status() == 200);
    dispatcher.nameservice().stop();

    assertThat(dispatcher.get("/health/ready").status()).isEqualTo(200);
    assertThat(dispatcher.get("/health/live").status()).isEqualTo(200);
  }

  @Test
  void itIsNotReadyBeforeTheNameserviceHasAnswered(@TempDir Path other) {
    try (WiredDispatcher alone =
        WiredDispatcher.start(other, "TASKNET_NAMESERVICE_URL", "http://localhost:1")) {
      Answer answer = alone.get("/health/ready");

      problem(answer, 503, "not-ready");
      assertThat(answer.text("detail")).isEqualTo("the nameservice has not answered yet");
      assertThat(alone.get("/health/live").status()).isEqualTo(200);
      assertThat(alone.post("/tasks", HASH).status()).isEqualTo(202);
    }
  }

  @Test
  void workersOfTheLastListStandWhileTheNameserviceFails() {
    dispatcher.register(worker);
    dispatcher.nameservice().mood(Mood.FAILING);
    await().until(() -> !dispatcher.log().with("nameservice does not answer").isEmpty());
    dispatcher.submit(HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    worker.complete(attempt, "1");
    worker.expectAck(attempt);
  }
}
