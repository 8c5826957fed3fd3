package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tasknet.dispatcher.testkit.WiredDispatcher.answer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

/** Every call on tasks, and every answer it may get. */
@Timeout(60)
class TaskCallsIT {
  private static final String HASH = "{\"type\":\"hash\",\"payload\":\"x\"}";
  private static final String NO_TASK = "01KATXK2S0ABCDEFGHJKMNPQRS";

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 100, "hash");
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() {
    dispatcher = WiredDispatcher.start(folder, "TASKNET_CALL_TIMEOUT", "10s");
    dispatcher.register(worker);
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    worker.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  // ---- POST /task ------------------------------------------------------------------------------

  @Test
  void aCallAnswersTheResult() {
    CompletableFuture<Answer> call = dispatcher.send("POST", "/task", HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    worker.complete(attempt, "{\"n\":1.10}");

    Answer answer = answer(call);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.response().body())
        .isEqualTo("{\"id\":\"" + attempt.task() + "\",\"result\":{\"n\":1.10}}");
  }

  @Test
  void aCallOfATaskThatFailsSaysHow() {
    CompletableFuture<Answer> call = dispatcher.send("POST", "/task", HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    worker.fail(attempt, "invalid-payload", false);

    Answer answer = answer(call);
    problem(answer, 422, "task-failed");
    assertThat(answer.text("id")).isEqualTo(attempt.task().toString());
    assertThat(answer.text("state")).isEqualTo("DEAD");
    assertThat(answer.body().path("error").path("code").asString()).isEqualTo("invalid-payload");
    assertThat(answer.text("detail")).isEqualTo("It went wrong.");
  }

  @Test
  void aCallOfATaskThatIsCancelledSaysSo() {
    CompletableFuture<Answer> call = dispatcher.send("POST", "/task", HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    dispatcher.delete("/tasks/" + attempt.task());

    Answer answer = answer(call);
    problem(answer, 422, "task-failed");
    assertThat(answer.text("state")).isEqualTo("CANCELLED");
    assertThat(answer.body().path("error").path("code").asString()).isEqualTo("cancelled");
  }

  @Test
  void aCallWithoutAWorkerIsRefusedAndLeavesNothing() {
    Answer answer = dispatcher.post("/task", "{\"type\":\"sum\"}");

    problem(answer, 404, "no-worker");
    assertThat(answer.text("detail")).contains("sum");
    assertThat(dispatcher.get("/tasks").body().path("tasks")).isEmpty();
    assertNobodyWaits();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|type",
        "{\"type\":\"Hash!\"}|type",
        "{\"type\":7}|type",
        "{\"type\":\"hash\",\"timeout\":\"soon\"}|timeout",
        "{\"type\":\"hash\",\"timeout\":0}|timeout",
        "{\"type\":\"hash\",\"timeout\":\"25h\"}|timeout",
        "{\"type\":\"hash\",\"maxAttempts\":0}|maxAttempts",
        "{\"type\":\"hash\",\"maxAttempts\":101}|maxAttempts",
        "{\"type\":\"hash\",\"backoff\":{\"factor\":-1}}|backoff",
      })
  void aWrongValueIsNamed(String body, String field) {
    for (String path : List.of("/task", "/tasks")) {
      Answer answer = dispatcher.post(path, body);

      problem(answer, 400, "malformed");
      assertThat(answer.text("field")).isEqualTo(field);
      assertThat(answer.text("detail")).contains(field);
    }
    assertThat(dispatcher.get("/tasks").body().path("tasks")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hash",
        "null",
        "[]",
        "\"hash\"",
        "{\"type\":\"hash\"",
        "{\"type\":\"hash\"}}",
        "{\"type\":\"hash\",\"type\":\"sum\"}",
        "{\"type\":\"hash\",\"priorty\":1}",
        "{\"type\":\"hash\",\"maxAttempts\":\"many\"}",
        "{\"type\":\"hash\",\"maxAttempts\":1.5}",
        "{\"type\":\"hash\",\"maxAttempts\":99999999999999999999}",
        "{\"type\":\"hash\",\"payload\":NaN}",
      })
  void aBodyThatIsNoTaskIsRefusedWithAReason(String body) {
    for (String path : List.of("/task", "/tasks")) {
      Answer answer = dispatcher.post(path, body);

      problem(answer, 400, "malformed");
      assertThat(answer.text("detail")).isNotEmpty().doesNotContain("tasknet.", "java.");
    }
  }

  // ---- POST /tasks -----------------------------------------------------------------------------

  @Test
  void aSubmittedTaskIsKeptAndHasAnAddress() {
    Answer answer = dispatcher.post("/tasks", HASH);

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.header("Location")).isEqualTo("/tasks/" + answer.text("id"));
    assertThat(answer.text("state")).isEqualTo("QUEUED");
    assertThat(answer.text("type")).isEqualTo("hash");
    assertThat(answer.body().has("waitingFor")).isFalse();
    assertThat(dispatcher.get("/tasks/" + answer.text("id")).status()).isEqualTo(200);
    assertNobodyWaits();
  }

  @Test
  void aTaskThatHasNoWorkerSaysWhatItWaitsFor() {
    Answer answer = dispatcher.post("/tasks", "{\"type\":\"sum\"}");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.text("waitingFor")).isEqualTo("a live worker of type sum");
    String path = "/tasks/" + answer.text("id");
    assertThat(dispatcher.get(path).text("waitingFor")).isEqualTo("a live worker of type sum");
    assertThat(dispatcher.get("/tasks").body().path("tasks").path(0).has("waitingFor")).isTrue();

    try (ScriptedWorker adder = ScriptedWorker.open("worker-2", 1, "sum")) {
      dispatcher.register(worker, adder);
      adder.expectExecute();
      assertThat(dispatcher.get(path).body().has("waitingFor")).isFalse();
    }
  }

  @Test
  void whoeverPrefersToWaitGetsTheResult() {
    CompletableFuture<Answer> submit =
        dispatcher.send("POST", "/tasks", HASH, "Prefer", "respond-async, wait=15");
    AttemptId attempt = worker.expectExecute().attempt();
    worker.complete(attempt, "[1,2]");

    Answer answer = answer(submit);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Location")).isEqualTo("/tasks/" + attempt.task());
    assertThat(answer.text("state")).isEqualTo("COMPLETED");
    assertThat(answer.body().path("result").toString()).isEqualTo("[1,2]");
    assertThat(answer.body().path("attempts").path(0).path("worker").asString())
        .isEqualTo("worker-1");
  }

  @Test
  void whoeverPrefersToWaitForLessThanItTakesIsTold() {
    Answer answer = dispatcher.post("/tasks", HASH, "Prefer", "wait=1");

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.header("Location")).startsWith("/tasks/");
    assertNobodyWaits();
  }

  // ---- GET /tasks/{id} -------------------------------------------------------------------------

  @Test
  void aTaskIsShownWithItsAttempts() {
    String id = dispatcher.submit(HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    Answer running = dispatcher.get("/tasks/" + id);
    assertThat(running.text("state")).isEqualTo("RUNNING");
    assertThat(running.body().has("result")).isFalse();
    worker.complete(attempt, "null");
    worker.expectAck(attempt);

    Answer answer = dispatcher.get("/tasks/" + id.toLowerCase(java.util.Locale.ROOT));
    assertThat(answer.text("id")).isEqualTo(id);
    assertThat(answer.text("state")).isEqualTo("COMPLETED");
    assertThat(answer.body().path("payload").asString()).isEqualTo("x");
    assertThat(answer.body().path("attempts")).hasSize(1);
    assertThat(answer.body().path("attempts").path(0).path("number").asInt()).isEqualTo(1);
  }

  @Test
  void whatIsNotThereIsNotFound() {
    problem(dispatcher.get("/tasks/" + NO_TASK), 404, "not-found");
    problem(dispatcher.get("/tasks/" + NO_TASK + "?wait=60s"), 404, "not-found");
    problem(dispatcher.delete("/tasks/" + NO_TASK), 404, "not-found");
    problem(dispatcher.get("/nothing"), 404, "not-found");
    assertNobodyWaits();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "01KATXK2S0ABCDEFGHJKMNPQR", "ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "a%20b"})
  void whatIsNoIdIsMalformed(String id) {
    Answer answer = dispatcher.get("/tasks/" + id);

    problem(answer, 400, "malformed");
    assertThat(answer.text("field")).isEqualTo("id");
    assertThat(dispatcher.delete("/tasks/" + id).status()).isEqualTo(400);
  }

  @Test
  void aLongPollIsAnsweredWhenTheTaskEnds() {
    String id = dispatcher.submit(HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    List<CompletableFuture<Answer>> polls = new ArrayList<>();
    for (int count = 0; count < 20; count++) {
      polls.add(dispatcher.send("GET", "/tasks/" + id + "?wait=60s", null));
    }
    await().until(() -> clientsWaiting() == 20);
    worker.complete(attempt, "1");

    for (CompletableFuture<Answer> poll : polls) {
      assertThat(answer(poll).text("state")).isEqualTo("COMPLETED");
    }
    assertNobodyWaits();
  }

  @Test
  void aLongPollIsAnsweredWhenItsTimeIsOver() {
    String id = dispatcher.submit(HASH);
    worker.accept(worker.expectExecute().attempt());
    Answer answer = dispatcher.get("/tasks/" + id + "?wait=300ms");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("state")).isEqualTo("RUNNING");
    assertNobodyWaits();
  }

  @Test
  void aLongPollForATaskThatHasEndedIsAnsweredAtOnceAndLeavesNobodyWaiting() {
    String id = dispatcher.submit(HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    worker.complete(attempt, "1");
    worker.expectAck(attempt);

    assertThat(dispatcher.get("/tasks/" + id + "?wait=5m").text("state")).isEqualTo("COMPLETED");
    assertNobodyWaits();
  }

  @Test
  void aClientThatHangsUpIsForgottenWhenItsTimeIsOver() {
    String id = dispatcher.submit(HASH);
    worker.accept(worker.expectExecute().attempt());
    CompletableFuture<Answer> poll = dispatcher.send("GET", "/tasks/" + id + "?wait=2s", null);
    await().until(() -> clientsWaiting() == 1);
    poll.cancel(true);

    await().until(() -> clientsWaiting() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-1s", "", "1.5.2s"})
  void aWaitThatIsNoneIsMalformed(String wait) {
    Answer answer = dispatcher.get("/tasks/" + NO_TASK + "?wait=" + wait);

    problem(answer, 400, "malformed");
    assertThat(answer.text("field")).isEqualTo("wait");
  }

  // ---- GET /tasks ------------------------------------------------------------------------------

  @Test
  void pagesHaveNoGapsAndNoRepeatsWhileTasksArrive() {
    Set<String> expected = new HashSet<>();
    for (int count = 0; count < 250; count++) {
      expected.add(dispatcher.submit("{\"type\":\"sum\"}"));
    }
    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      Answer page = dispatcher.get("/tasks?limit=60" + (cursor == null ? "" : "&cursor=" + cursor));
      for (JsonNode task : page.body().path("tasks")) {
        seen.add(task.path("id").asString());
      }
      cursor = page.body().has("next") ? page.text("next") : null;
      dispatcher.submit("{\"type\":\"sum\"}");
    } while (cursor != null);

    assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(seen).isSortedAccordingTo((one, other) -> other.compareTo(one));
  }

  @Test
  void theLastPageThatIsFullHasNoNext() {
    dispatcher.submit("{\"type\":\"sum\"}");
    dispatcher.submit("{\"type\":\"sum\"}");

    assertThat(dispatcher.get("/tasks?limit=2").body().has("next")).isFalse();
    assertThat(dispatcher.get("/tasks?limit=1").body().has("next")).isTrue();
  }

  @Test
  void listingsAreFiltered() {
    String sum = dispatcher.submit("{\"type\":\"sum\"}");
    String hash = dispatcher.submit(HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    worker.complete(attempt, "1");
    worker.expectAck(attempt);

    assertThat(ids("/tasks?type=sum")).containsExactly(sum);
    assertThat(ids("/tasks?state=completed")).containsExactly(hash);
    assertThat(ids("/tasks?state=QUEUED&type=sum")).containsExactly(sum);
    assertThat(ids("/tasks?state=QUEUED&type=hash")).isEmpty();
    assertThat(ids("/tasks")).containsExactly(hash, sum);
    assertThat(ids("/tasks?state=QUEUED&state=COMPLETED")).containsExactly(hash, sum);
    assertThat(ids("/tasks?worker=" + worker.name())).containsExactly(hash);
    assertThat(ids("/tasks?worker=another")).isEmpty();
    assertThat(ids("/tasks?text=" + sum.toLowerCase(Locale.ROOT))).containsExactly(sum);
    assertThat(ids("/tasks?from=1m")).containsExactly(hash, sum);
    assertThat(ids("/tasks?to=1m")).isEmpty();
    assertThat(ids("/tasks?from=2026-01-31T12:00:00+01:00&type=hash")).containsExactly(hash);
  }

  @ParameterizedTest
  @CsvSource({
    "state=gone,state",
    "type=No!,type",
    "state=QUEUED&state=gone,state",
    "cursor=x,cursor",
    "worker=no/name,worker",
    "label=nothing,label",
    "text=,text",
    "text=%20,text",
    "from=soon,from",
    "from=-5m,from",
    "to=2026-01-31,to",
    "from=1h&to=2h,to",
    "limit=0,limit",
    "limit=1001,limit",
    "limit=ten,limit",
    "limit=99999999999,limit",
  })
  void aWrongParameterIsNamed(String query, String field) {
    Answer answer = dispatcher.get("/tasks?" + query);

    problem(answer, 400, "malformed");
    assertThat(answer.text("field")).isEqualTo(field);
  }

  // ---- DELETE /tasks/{id} ----------------------------------------------------------------------

  @Test
  void aWaitingTaskIsCancelled() {
    String id = dispatcher.submit("{\"type\":\"sum\"}");

    Answer answer = dispatcher.delete("/tasks/" + id);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.response().body())
        .isEqualTo("{\"id\":\"" + id + "\",\"state\":\"CANCELLED\",\"was\":\"QUEUED\"}");
    assertThat(dispatcher.get("/tasks/" + id).text("state")).isEqualTo("CANCELLED");
  }

  @Test
  void aRunningTaskIsCancelledAndItsWorkerIsTold() {
    String id = dispatcher.submit(HASH);
    AttemptId attempt = worker.expectExecute().attempt();
    worker.accept(attempt);
    Answer answer = dispatcher.delete("/tasks/" + id);

    assertThat(answer.text("was")).isEqualTo("RUNNING");
    worker.expectCancel(attempt);
    worker.fail(attempt, "cancelled", false);
    worker.expectAck(attempt);
    assertThat(dispatcher.get("/tasks/" + id).text("state")).isEqualTo("CANCELLED");
  }

  @Test
  void aTaskThatHasEndedCannotBeCancelled() {
    String id = dispatcher.submit("{\"type\":\"sum\"}");
    dispatcher.delete("/tasks/" + id);

    Answer answer = dispatcher.delete("/tasks/" + id);

    problem(answer, 409, "already-ended");
    assertThat(answer.text("state")).isEqualTo("CANCELLED");
  }

  @Test
  void aMethodThatIsNotTakenIsNamed() {
    Answer answer = answer(dispatcher.send("PUT", "/tasks", HASH));

    problem(answer, 405, "method-not-allowed");
    assertThat(answer.header("Allow")).contains("GET").contains("POST");
  }

  // ---- small things ----------------------------------------------------------------------------

  private List<String> ids(String path) {
    List<String> ids = new ArrayList<>();
    for (JsonNode task : dispatcher.get(path).body().path("tasks")) {
      ids.add(task.path("id").asString());
    }
    return ids;
  }

  private long clientsWaiting() {
    return dispatcher.get("/stats").body().path("clientsWaiting").asLong(-1);
  }

  private void assertNobodyWaits() {
    assertThat(clientsWaiting()).isZero();
  }

  static void problem(Answer answer, int status, String code) {
    assertThat(answer.response().body()).contains("urn:tasknet:problem:" + code + "\"");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.body().path("status").asInt()).isEqualTo(status);
    assertThat(answer.text("title")).isNotEmpty();
    assertThat(answer.text("detail")).isNotEmpty();
  }
}
