package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tasknet.dispatcher.TaskCallsIT.problem;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tools.jackson.databind.JsonNode;

/** DEAD tasks over HTTP: looked at, brought back, deleted. */
@Timeout(60)
class DeadCallsIT {
  private static final String HASH = "{\"type\":\"hash\",\"payload\":\"x\"}";
  private static final String NOBODY = "0123456789abcdef";
  private static final String NOTHING = "01M859VRAGADHE87AB3Q5P391R";

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 1, "hash", "upper");
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() {
    dispatcher = WiredDispatcher.start(folder, "TASKNET_MAX_PAYLOAD", "1000");
    dispatcher.register(worker);
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    worker.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  @Test
  void deadTasksAreShownInGroups() {
    dead(HASH, "broken");
    String second = dead(HASH, "broken");
    String upper = dead("{\"type\":\"upper\"}", "broken");

    JsonNode task = dispatcher.get("/tasks/" + second).body();
    String fingerprint = task.path("fingerprint").asString();
    JsonNode groups = dispatcher.get("/dead").body().path("groups");
    assertThat(groups).hasSize(2);
    JsonNode group = groups.path(1);
    assertThat(group.path("fingerprint").asString()).isEqualTo(fingerprint);
    assertThat(group.path("type").asString()).isEqualTo("hash");
    assertThat(group.path("code").asString()).isEqualTo("broken");
    assertThat(group.path("message").asString()).isEqualTo("It went wrong.");
    assertThat(group.path("tasks").asInt()).isEqualTo(2);
    assertThat(group.path("sample").asString()).isEqualTo(second);
    assertThat(group.path("lastAt")).isEqualTo(task.path("endedAt"));
    assertThat(Instant.parse(group.path("firstAt").asString()))
        .isBefore(Instant.parse(group.path("lastAt").asString()));
    assertThat(dispatcher.get("/dead/" + fingerprint).body()).isEqualTo(group);
    assertThat(dispatcher.get("/dead?type=upper").body().path("groups"))
        .singleElement()
        .satisfies(only -> assertThat(only.path("sample").asString()).isEqualTo(upper));
    JsonNode listed = dispatcher.get("/tasks?fingerprint=" + fingerprint).body().path("tasks");
    assertThat(listed).hasSize(2);
    assertThat(listed.path(0).path("fingerprint").asString()).isEqualTo(fingerprint);
  }

  @Test
  void groupsComeOnPages() {
    for (String code : List.of("a", "b", "c")) {
      dead(HASH, code);
    }

    List<String> codes = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = dispatcher.get("/dead?limit=1" + cursor).body();
      assertThat(page.path("groups")).hasSize(1);
      codes.add(page.path("groups").path(0).path("code").asString());
      cursor = page.has("next") ? "&cursor=" + page.path("next").asString() : "";
    } while (!cursor.isEmpty());

    assertThat(codes).containsExactly("c", "b", "a");
  }

  @Test
  void aTaskIsRequeuedAsItWasOrWithAnotherPayload() {
    String task = dead(HASH, "broken");

    Answer first = dispatcher.post("/tasks/" + task + "/requeue", "");
    assertThat(first.status()).isEqualTo(202);
    assertThat(first.text("id")).isEqualTo(task);
    assertThat(first.header("Location")).isEqualTo("/tasks/" + task);
    assertThat(first.body().path("attempts")).hasSizeGreaterThan(0);
    fail(task, 2, "broken");
    Answer second = dispatcher.post("/tasks/" + task + "/requeue", "{\"payload\":[1,2.50]}");
    assertThat(second.body().path("payload").toString()).isEqualTo("[1,2.50]");
    assertThat(ScriptedWorker.payload(worker.expectExecute(attempt(task, 3))))
        .isEqualTo("[1,2.50]");
    worker.complete(attempt(task, 3), "3");
    worker.expectAck(attempt(task, 3));

    Answer done = dispatcher.get("/tasks/" + task);
    assertThat(done.text("state")).isEqualTo("COMPLETED");
    assertThat(done.body().path("attempts")).hasSize(3);
    assertThat(dispatcher.get("/dead").body().path("groups")).isEmpty();
    assertThat(dispatcher.get("/metrics").response().body())
        .contains("tasknet_tasks_requeued_total 2.0", "tasknet_tasks_poisoned_total 0.0");
  }

  @Test
  void aPayloadMayBecomeNull() {
    String task = dead(HASH, "broken");

    dispatcher.post("/tasks/" + task + "/requeue", "{\"payload\":null}");

    assertThat(ScriptedWorker.payload(worker.expectExecute(attempt(task, 2)))).isEqualTo("null");
  }

  @Test
  void whoWaitsIsAnsweredWhenTheRequeuedTaskEnds() {
    String task = dead(HASH, "broken");
    dispatcher.post("/tasks/" + task + "/requeue", "");
    var waiting = dispatcher.send("GET", "/tasks/" + task + "?wait=20s", null);
    worker.expectExecute(attempt(task, 2));
    worker.complete(attempt(task, 2), "7");

    assertThat(WiredDispatcher.answer(waiting).text("state")).isEqualTo("COMPLETED");
  }

  @Test
  void aGroupIsRequeuedAndOthersAreNot() {
    String one = dead(HASH, "broken");
    String two = dead(HASH, "broken");
    String other = dead(HASH, "other");

    Answer answer = dispatcher.post("/dead/" + fingerprint(one) + "/requeue", "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.response().body()).endsWith("\",\"tasks\":2,\"done\":true}");
    worker.complete(worker.expectExecute(attempt(one, 2)).attempt(), "1");
    worker.complete(worker.expectExecute(attempt(two, 2)).attempt(), "1");
    await().until(() -> dispatcher.get("/tasks/" + two).text("state").equals("COMPLETED"));
    assertThat(dispatcher.get("/tasks/" + other).text("state")).isEqualTo("DEAD");
    assertThat(dispatcher.get("/dead").body().path("groups")).hasSize(1);
  }

  @Test
  void tasksAndGroupsAreDeleted() {
    String one = dead(HASH, "broken");
    String two = dead(HASH, "broken");
    String other = dead(HASH, "other");
    String group = fingerprint(one);

    Answer first = dispatcher.delete("/dead/tasks/" + one);
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.response().body())
        .isEqualTo("{\"fingerprint\":\"" + group + "\",\"tasks\":1,\"done\":true}");
    problem(dispatcher.get("/tasks/" + one), 404, "not-found");
    Answer second = dispatcher.delete("/dead/" + group);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
    problem(dispatcher.get("/tasks/" + two), 404, "not-found");

    problem(dispatcher.delete("/dead/" + group), 404, "not-found");
    assertThat(dispatcher.get("/tasks").body().path("tasks"))
        .singleElement()
        .satisfies(left -> assertThat(left.path("id").asString()).isEqualTo(other));
    assertThat(dispatcher.get("/types").body().path("types").path(0).path("dead").asInt())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /dead/" + NOBODY + ", 404, not-found, " + NOBODY,
    "POST, /dead/" + NOBODY + "/requeue, 404, not-found, " + NOBODY,
    "DELETE, /dead/" + NOBODY + ", 404, not-found, " + NOBODY,
    "POST, /tasks/" + NOTHING + "/requeue, 404, not-found, " + NOTHING,
    "DELETE, /dead/tasks/" + NOTHING + ", 404, not-found, " + NOTHING,
    "GET, /dead/xyz, 400, malformed, fingerprint: 'xyz' is not allowed; it must be 16 digits",
    "POST, /dead/xyz/requeue, 400, malformed, fingerprint",
    "DELETE, /dead/xyz, 400, malformed, fingerprint",
    "DELETE, /dead/tasks/xyz, 400, malformed, id",
    "POST, /tasks/xyz/requeue, 400, malformed, id",
    "GET, /dead?limit=0, 400, malformed, limit",
    "GET, /dead?type=X, 400, malformed, type",
    "GET, /dead?cursor=x, 400, malformed, cursor: 'x' is not allowed; it must be the 'next'",
    "GET, /dead?cursor=2026-01-01T00:00:00Z_1, 400, malformed, cursor",
    "GET, /tasks?fingerprint=1, 400, malformed, fingerprint",
  })
  void whatCannotBeIsNamed(String method, String path, int status, String code, String named) {
    Answer answer = WiredDispatcher.answer(dispatcher.send(method, path, null));

    problem(answer, status, code);
    assertThat(answer.text("detail")).contains(named);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"payloat\":1}|400|malformed|payloat",
        "null|400|malformed|body",
        "{|400|malformed|line 1",
      })
  void aBodyThatIsWrongIsNamed(String body, int status, String code, String named) {
    String task = dead(HASH, "broken");
    Answer answer = dispatcher.post("/tasks/" + task + "/requeue", body);

    problem(answer, status, code);
    assertThat(answer.text("detail")).contains(named);
    assertThat(dispatcher.get("/tasks/" + task).text("state")).isEqualTo("DEAD");
  }

  @Test
  void aPayloadThatIsTooLargeIsRefused() {
    String task = dead(HASH, "broken");

    problem(
        dispatcher.post(
            "/tasks/" + task + "/requeue", "{\"payload\":\"" + "x".repeat(1000) + "\"}"),
        413,
        "too-large");
    assertThat(dispatcher.get("/tasks/" + task).text("state")).isEqualTo("DEAD");
  }

  @Test
  void aTaskThatIsNotDeadIsLeftAlone() {
    String task = dispatcher.submit(HASH);
    worker.expectExecute(attempt(task, 1));

    for (Answer answer :
        List.of(
            dispatcher.post("/tasks/" + task + "/requeue", ""),
            dispatcher.delete("/dead/tasks/" + task))) {
      problem(answer, 409, "not-dead");
      assertThat(answer.text("state")).isEqualTo("RUNNING");
      assertThat(answer.text("detail")).contains("RUNNING");
    }
  }

  @Test
  void whileItDrainsNothingComesBackAndWhatIsDeadIsStillShown() throws Exception {
    dispatcher.close();
    dispatcher = WiredDispatcher.start(folder, "TASKNET_DRAIN_TIMEOUT", "30s");
    dispatcher.register(worker);
    String dead = dead(HASH, "broken");
    AttemptId running = attempt(dispatcher.submit(HASH), 1);
    worker.expectExecute(running);
    Thread stop = Thread.ofVirtual().start(dispatcher.dispatcher()::close);
    await().until(() -> dispatcher.get("/health/ready").status() == 503);

    problem(dispatcher.post("/tasks/" + dead + "/requeue", ""), 503, "draining");
    problem(dispatcher.post("/dead/" + fingerprint(dead) + "/requeue", ""), 503, "draining");
    assertThat(dispatcher.get("/dead").body().path("groups")).hasSize(1);

    worker.complete(running, "1");
    stop.join();
  }

  private String fingerprint(String task) {
    return dispatcher.get("/tasks/" + task).text("fingerprint");
  }

  /** Submits a task, and fails it in a way that is not retried. */
  private String dead(String body, String code) {
    String task = dispatcher.submit(body);
    fail(task, 1, code);
    return task;
  }

  private void fail(String task, int number, String code) {
    AttemptId attempt = attempt(task, number);
    worker.expectExecute(attempt);
    worker.fail(attempt, code, false);
    worker.expectAck(attempt);
  }

  private static AttemptId attempt(String task, int number) {
    return new AttemptId(TaskId.parse(task), number);
  }
}
