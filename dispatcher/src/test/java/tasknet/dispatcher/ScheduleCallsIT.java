package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tasknet.dispatcher.testkit.WiredDispatcher.answer;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.dispatcher.schedule.CronTimes;
import tasknet.dispatcher.store.SqliteTaskStore;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tools.jackson.databind.JsonNode;

/** Schedules, over HTTP. */
@Timeout(60)
class ScheduleCallsIT {
  private static final String NIGHTLY =
      """
      {"name":"nightly","cron":"30 2 * * *","zone":"Europe/Berlin",
       "task":{"type":"hash","payload":{"a":1.10},"deadline":"2h","labels":{"a":"b"}}}
      """;

  @TempDir Path folder;
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() {
    dispatcher = WiredDispatcher.start(folder, "TASKNET_MAX_PAYLOAD", "1000");
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  @Test
  void aScheduleIsMadeOnceAndShownWithItsNextTicks() {
    Answer made = dispatcher.post("/schedules", NIGHTLY);

    assertThat(made.status()).isEqualTo(201);
    assertThat(made.header("Location")).isEqualTo("/schedules/nightly");
    assertThat(made.text("catchUp")).isEqualTo("last");
    assertThat(made.body().path("task").toString())
        .isEqualTo(
            "{\"type\":\"hash\",\"payload\":{\"a\":1.10},\"deadline\":\"PT2H\","
                + "\"labels\":{\"a\":\"b\"}}");
    List<String> next = texts(made.body().path("next"));
    assertThat(next)
        .hasSize(5)
        .allMatch(time -> time.matches(".*T02:30:00\\+0[12]:00|.*T03:00:00.*"));
    assertThat(next.stream().map(OffsetDateTime::parse).toList()).isSorted();
    assertThat(dispatcher.get("/schedules/nightly").body()).isEqualTo(made.body());

    Answer again = dispatcher.post("/schedules", NIGHTLY);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(made.body());
    Answer other = dispatcher.post("/schedules", NIGHTLY.replace("30 2", "31 2"));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.text("type")).endsWith("name-taken");
    assertThat(dispatcher.get("/schedules/nightly").text("cron")).isEqualTo("30 2 * * *");
  }

  @Test
  void aScheduleIsReplacedPausedResumedAndDeleted() {
    Answer made = put("nightly", NIGHTLY);
    assertThat(made.status()).isEqualTo(201);
    Answer replaced = put("nightly", NIGHTLY.replace("30 2 * * *", "*/5 3 * * 1-5"));
    assertThat(replaced.status()).isEqualTo(200);
    assertThat(replaced.text("cron")).isEqualTo("*/5 3 * * 1-5");
    assertThat(replaced.text("createdAt")).isEqualTo(made.text("createdAt"));

    Answer paused = dispatcher.post("/schedules/nightly/pause", "");
    assertThat(paused.status()).isEqualTo(200);
    assertThat(paused.body().path("paused").asBoolean()).isTrue();
    assertThat(paused.body().path("next")).isEmpty();
    assertThat(dispatcher.post("/schedules/nightly/pause", "").body()).isEqualTo(paused.body());
    Answer resumed = dispatcher.post("/schedules/nightly/resume", "");
    assertThat(resumed.body()).isEqualTo(replaced.body());

    assertThat(dispatcher.delete("/schedules/nightly").status()).isEqualTo(200);
    assertThat(dispatcher.delete("/schedules/nightly").status()).isEqualTo(404);
    assertThat(dispatcher.get("/schedules/nightly").status()).isEqualTo(404);
    assertThat(dispatcher.post("/schedules/nightly/pause", "").status()).isEqualTo(404);
    assertThat(dispatcher.post("/schedules/nightly/resume", "").status()).isEqualTo(404);
  }

  @Test
  void schedulesAreListedInPagesWithTheirNextTick() {
    for (int number = 0; number < 5; number++) {
      dispatcher.post("/schedules", NIGHTLY.replace("nightly", "nightly-" + number));
    }

    Answer page = dispatcher.get("/schedules?limit=3");
    assertThat(names(page)).containsExactly("nightly-0", "nightly-1", "nightly-2");
    assertThat(page.body().path("schedules").path(0).path("next")).hasSize(1);
    Answer rest = dispatcher.get("/schedules?limit=3&cursor=" + page.text("next"));
    assertThat(names(rest)).containsExactly("nightly-3", "nightly-4");
    assertThat(rest.body().has("next")).isFalse();
  }

  @Test
  void aTickMakesATaskThatSaysWhatMadeIt() {
    dispatcher.post("/schedules", NIGHTLY);
    dispatcher.close();
    aTickIsMissed();
    start();
    await().until(() -> !ofSchedule().isEmpty());

    JsonNode task = ofSchedule().path(0);
    assertThat(task.path("schedule").path("name").asString()).isEqualTo("nightly");
    Answer schedule = dispatcher.get("/schedules/nightly");
    assertThat(schedule.body().path("lastRun").path("task")).isEqualTo(task.path("id"));
    assertThat(schedule.body().path("lastRun").path("tick"))
        .isEqualTo(task.path("schedule").path("tick"));
    Answer shown = dispatcher.get("/tasks/" + task.path("id").asString());
    assertThat(shown.body().path("schedule")).isEqualTo(task.path("schedule"));
    assertThat(shown.body().path("labels").path("a").asString()).isEqualTo("b");
    assertThat(shown.text("deadline")).isNotEmpty();
    assertThat(dispatcher.get("/tasks?schedule=other").body().path("tasks")).isEmpty();
    assertThat(metrics()).contains("tasknet_schedule_ticks_total 1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"name\":\"nightly\"|\"name\":\"a b\"|name",
        "\"name\":\"nightly\",||name",
        "30 2 * * *|30 2 * *|cron",
        "30 2 * * *|0 0 30 2 *|cron",
        "Europe/Berlin|Europe/Atlantis|zone",
        "\"zone\":|\"catchUp\":\"some\",\"zone\":|catchUp",
        "\"type\":\"hash\"|\"type\":\"HASH\"|task.type",
        "\"type\":\"hash\",||task.type",
        "\"type\":\"hash\"|\"type\":\"hash\",\"priority\":10|task.priority",
        "\"type\":\"hash\"|\"type\":\"hash\",\"priority\":\"x\"|task.priority",
        "\"type\":\"hash\"|\"type\":\"hash\",\"delay\":\"1s\"|task.delay",
        "\"type\":\"hash\"|\"type\":\"hash\",\"runAt\":\"2100-01-01T00:00:00Z\"|task.runAt",
        "\"type\":\"hash\"|\"type\":\"hash\",\"callback\":\"http://localhost/\"|task.callback",
        "\"type\":\"hash\"|\"type\":\"hash\",\"durable\":false|task.durable",
        "\"type\":\"hash\"|\"type\":\"hash\",\"traceparent\":\"\"|task.traceparent",
        "\"type\":\"hash\"|\"type\":\"hash\",\"color\":1|task.color",
        "\"2h\"|\"2100-01-01T00:00:00Z\"|task.deadline",
        "\"2h\"|\"soon\"|task.deadline",
        "\"task\"|\"tusk\"|tusk",
      })
  void aWrongValueIsNamed(String good, String wrong, String field) {
    String body = NIGHTLY.replace(good, wrong == null ? "" : wrong);
    assertThat(body).isNotEqualTo(NIGHTLY);
    Answer answer = dispatcher.post("/schedules", body);

    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
    assertThat(answer.text("field")).isEqualTo(field);
    assertThat(dispatcher.get("/schedules").body().path("schedules")).isEmpty();
  }

  @Test
  void thePayloadHasItsBoundAndTheNameIsThatOfThePath() {
    Answer large = dispatcher.post("/schedules", NIGHTLY.replace("1.10", "1".repeat(999)));
    assertThat(large.status()).isEqualTo(413);
    Answer other = put("daily", NIGHTLY);
    assertThat(other.status()).isEqualTo(400);
    assertThat(other.text("field")).isEqualTo("name");
    assertThat(put("daily", NIGHTLY.replace("\"name\":\"nightly\",", "")).status()).isEqualTo(201);
  }

  /** The store is one in which the last tick was missed. */
  private void aTickIsMissed() {
    try (SqliteTaskStore store =
        new SqliteTaskStore(
            new SqliteTaskStore.Options(folder, SqliteTaskStore.Options.DEFAULT_MAX_BYTES),
            dispatcher.log().logger())) {
      store.start();
      Instant before = Instant.now().minus(Duration.ofHours(25));
      CronTimes times = CronTimes.of("30 2 * * *", ZoneId.of("Europe/Berlin"));
      store
          .schedules()
          .change("nightly", it -> it.resume(Objects.requireNonNull(times.next(before))))
          .join();
    }
  }

  private String metrics() {
    return answer(dispatcher.send("GET", "/metrics", null)).response().body();
  }

  private JsonNode ofSchedule() {
    return dispatcher.get("/tasks?schedule=nightly").body().path("tasks");
  }

  private Answer put(String name, String body) {
    return answer(dispatcher.send("PUT", "/schedules/" + name, body));
  }

  private static List<String> names(Answer page) {
    List<String> names = new ArrayList<>();
    page.body().path("schedules").forEach(each -> names.add(each.path("name").asString()));
    return names;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asString()));
    return texts;
  }
}
