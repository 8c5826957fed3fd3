package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.task.AttemptId;

/** Tasks that are not durable, seen by those who call. */
class UnstoredIT {
  private static final String TASK = "{\"type\":\"hash\",\"payload\":1,\"durable\":false}";

  @TempDir Path folder;

  @Test
  void aTaskThatGoesWellIsFoundAndCountedAndNotWritten() {
    try (ScriptedWorker worker = ScriptedWorker.open("w", 4, "hash");
        WiredDispatcher dispatcher = WiredDispatcher.start(folder)) {
      String id = dispatcher.submit(TASK);
      assertThat(dispatcher.get("/tasks/" + id).text("waitingFor")).contains("a live worker");
      assertThat(queued(dispatcher)).isEqualTo(1);

      dispatcher.register(worker);
      worker.complete(worker.expectExecute().attempt(), "2");

      Answer ended = dispatcher.get("/tasks/" + id + "?wait=10s");
      assertThat(ended.text("state")).isEqualTo("COMPLETED");
      assertThat(ended.body().path("result").asInt()).isEqualTo(2);
      assertThat(ended.body().path("attempts").size()).isEqualTo(1);
      assertThat(queued(dispatcher)).isZero();
      assertThat(dispatcher.metric("tasknet_tasks_unstored")).isEqualTo(1);
      assertThat(dispatcher.metric("tasknet_store_commits_total")).isZero();
    }
  }

  @Test
  void aCallIsAnsweredThoughTheDiskIsFull() {
    try (ScriptedWorker worker = ScriptedWorker.open("w", 4, "hash");
        WiredDispatcher dispatcher =
            WiredDispatcher.start(folder, "TASKNET_MAX_STORE_BYTES", "1048576")) {
      String large = "{\"type\":\"sum\",\"payload\":\"" + "x".repeat(100_000) + "\"";
      await().until(() -> dispatcher.post("/tasks", large + "}").status() == 507);
      dispatcher.register(worker);

      var call = dispatcher.send("POST", "/task", TASK);
      worker.complete(worker.expectExecute().attempt(), "2");

      assertThat(WiredDispatcher.answer(call).body().path("result").asInt()).isEqualTo(2);
      // What is large needs the store, and is told that there is no room.
      assertThat(dispatcher.post("/tasks", large + ",\"durable\":false}").status()).isEqualTo(507);
    }
  }

  @Test
  void aTaskWhoseAttemptFailsIsRetriedAndKept() {
    try (ScriptedWorker worker = ScriptedWorker.open("w", 4, "hash");
        WiredDispatcher dispatcher = WiredDispatcher.start(folder)) {
      dispatcher.register(worker);
      String task = TASK.replace("}", ",\"backoff\":{\"first\":\"50ms\"}}");
      String id = dispatcher.submit(task);
      worker.fail(worker.expectExecute().attempt(), "broken", true);
      AttemptId second = worker.expectExecute().attempt();
      assertThat(second.number()).isEqualTo(2);
      worker.complete(second, "2");

      Answer ended = dispatcher.get("/tasks/" + id + "?wait=10s");
      assertThat(ended.text("state")).isEqualTo("COMPLETED");
      assertThat(ended.body().path("attempts").path(0).path("error").path("code").asString())
          .isEqualTo("broken");
      assertThat(dispatcher.get("/tasks").body().toString()).contains(id);
      assertThat(dispatcher.metric("tasknet_tasks_adopted_total")).isEqualTo(1);
    }
  }

  @Test
  void aTaskWhoseWorkerRestartsRunsAgain() {
    try (ScriptedWorker worker = ScriptedWorker.open("w", 1, "hash");
        WiredDispatcher dispatcher = WiredDispatcher.start(folder)) {
      dispatcher.register(worker);
      dispatcher.submit(TASK);
      AttemptId first = worker.expectExecute().attempt();
      worker.accept(first);

      worker.restart();
      dispatcher.register(worker);

      assertThat(worker.expectExecute().attempt())
          .isEqualTo(new AttemptId(first.task(), first.number() + 1));
    }
  }

  @Test
  void aStopKeepsWhatHasNotEnded() {
    String waiting;
    String running;
    try (ScriptedWorker worker = ScriptedWorker.open("w", 1, "hash")) {
      AttemptId attempt;
      try (WiredDispatcher dispatcher = WiredDispatcher.start(folder)) {
        dispatcher.register(worker);
        running = dispatcher.submit(TASK);
        attempt = worker.expectExecute().attempt();
        worker.accept(attempt);
        waiting = dispatcher.submit(TASK);
      }
      try (WiredDispatcher dispatcher = WiredDispatcher.start(folder)) {
        assertThat(dispatcher.get("/tasks/" + waiting).text("state")).isEqualTo("QUEUED");
        dispatcher.register(worker);
        worker.complete(attempt, "2");

        assertThat(dispatcher.get("/tasks/" + running + "?wait=10s").text("state"))
            .isEqualTo("COMPLETED");
        assertThat(worker.expectExecute().attempt().task().toString()).isEqualTo(waiting);
      }
    }
  }

  @Test
  void afterOneClientHasWaitedForMemoryInVainNoOtherDoes() {
    try (WiredDispatcher dispatcher = WiredDispatcher.start(folder)) {
      bulk(dispatcher, 1_500);
      double held = dispatcher.metric("tasknet_bulk_held_seconds_total");
      assertThat(held).as("the memory was full, and nothing moves").isPositive();

      bulk(dispatcher, 3);

      assertThat(dispatcher.metric("tasknet_bulk_held_seconds_total")).isEqualTo(held);
      assertThat(queued(dispatcher)).isEqualTo(1_503);
    }
  }

  private static void bulk(WiredDispatcher dispatcher, int tasks) {
    String large = TASK.replace("1", "\"" + "x".repeat(16_000) + "\"");
    String lines = (large + "\n").repeat(tasks);
    Answer answer = dispatcher.post("/tasks", lines, "Content-Type", "application/x-ndjson");
    assertThat(answer.status()).isEqualTo(200);
  }

  private static double queued(WiredDispatcher dispatcher) {
    return dispatcher.get("/types").body().path("types").path(0).path("queued").asDouble();
  }
}
