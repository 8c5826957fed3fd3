package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Instant;
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

/** Deadline, delay, priority and labels, over HTTP. */
@Timeout(60)
class TaskTermsIT {
  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 1, "hash");
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
  void whatATaskWasGivenIsShown() {
    Answer answer =
        dispatcher.post(
            "/tasks",
            """
            {"type":"hash","deadline":"2100-01-01T01:00:00+01:00","runAt":"2099-12-31T00:00:00Z",
             "priority":9,"labels":{"customer":"4711","a/b":"x y"}}
            """);

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.text("state")).isEqualTo("SCHEDULED");
    Answer shown = dispatcher.get("/tasks/" + answer.text("id"));
    assertThat(shown.body()).isEqualTo(answer.body());
    assertThat(shown.text("deadline")).isEqualTo("2100-01-01T00:00:00Z");
    assertThat(shown.text("nextAttemptAt")).isEqualTo("2099-12-31T00:00:00Z");
    assertThat(shown.body().path("priority").asInt()).isEqualTo(9);
    assertThat(shown.body().path("labels").path("a/b").asString()).isEqualTo("x y");
    assertThat(dispatcher.get("/tasks").body().path("tasks").path(0).path("labels")).hasSize(2);
    Answer types = dispatcher.get("/types");
    assertThat(types.body().path("types").path(0).path("scheduled").asInt()).isEqualTo(1);
  }

  @Test
  void aDurationIsCountedFromNow() {
    Instant before = Instant.now();
    Answer answer =
        dispatcher.post("/tasks", "{\"type\":\"hash\",\"deadline\":\"2h\",\"delay\":3600}");

    assertThat(Instant.parse(answer.text("deadline")))
        .isBetween(before.plusSeconds(7199), Instant.now().plusSeconds(7200));
    assertThat(Instant.parse(answer.text("nextAttemptAt")))
        .isBetween(before.plusSeconds(3599), Instant.now().plusSeconds(3600));
  }

  @Test
  void aCallWhoseDeadlinePassesIsToldSo() {
    dispatcher.register(worker);
    dispatcher.submit("{\"type\":\"hash\"}"); // takes the only slot
    Answer answer = dispatcher.post("/task", "{\"type\":\"hash\",\"deadline\":\"50ms\"}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.text("state")).isEqualTo("EXPIRED");
    assertThat(answer.body().path("error").path("code").asString()).isEqualTo("deadline-exceeded");
    String id = answer.text("id");
    assertThat(dispatcher.get("/tasks/" + id).text("state")).isEqualTo("EXPIRED");
    assertThat(dispatcher.delete("/tasks/" + id).status()).isEqualTo(409);
  }

  @Test
  void aDeadlineThatHasPassedAlreadyIsKeptAsSuch() {
    String id = dispatcher.submit("{\"type\":\"hash\",\"deadline\":\"2020-01-01T00:00:00Z\"}");

    await().until(() -> dispatcher.get("/tasks/" + id).text("state").equals("EXPIRED"));
  }

  @Test
  void aDelayedTaskIsQueuedWhenItsTimeHasCome() {
    String id = dispatcher.submit("{\"type\":\"hash\",\"delay\":\"50ms\"}");

    await().until(() -> dispatcher.get("/tasks/" + id).text("state").equals("QUEUED"));
  }

  @Test
  void aListIsFilteredByLabelsTogetherWithTheRestAndInPages() {
    for (int number = 0; number < 6; number++) {
      dispatcher.submit(
          "{\"type\":\"hash\",\"labels\":{\"parity\":\"" + number % 2 + "\",\"url\":\"a:b c\"}}");
    }
    dispatcher.submit("{\"type\":\"hash\"}");

    Answer page = dispatcher.get("/tasks?label=parity:1&limit=2");
    assertThat(page.body().path("tasks")).hasSize(2);
    Answer rest = dispatcher.get("/tasks?label=parity:1&limit=2&cursor=" + page.text("next"));
    assertThat(rest.body().path("tasks")).hasSize(1);
    assertThat(rest.body().has("next")).isFalse();
    assertThat(found("label=parity:1&label=url:a:b%20c&state=queued&type=hash")).isEqualTo(3);
    assertThat(found("label=parity:1&label=parity:0")).isZero();
    assertThat(found("label=parity:1&state=DEAD")).isZero();
    Answer wrong = dispatcher.get("/tasks?label=parity");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.text("field")).isEqualTo("label");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"deadline\":\"soon\"|deadline",
        "\"delay\":\"-1s\"|delay",
        "\"runAt\":\"tomorrow\"|runAt",
        "\"delay\":1,\"runAt\":\"2100-01-01T00:00:00Z\"|runAt",
        "\"priority\":10|priority",
        "\"labels\":{\"a b\":\"c\"}|labels",
      })
  void aWrongValueIsNamed(String given, String field) {
    Answer answer = dispatcher.post("/tasks", "{\"type\":\"hash\"," + given + "}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("field")).isEqualTo(field);
    assertThat(answer.text("detail")).contains(field, "it must be");
  }

  private int found(String query) {
    return dispatcher.get("/tasks?" + query).body().path("tasks").size();
  }
}
