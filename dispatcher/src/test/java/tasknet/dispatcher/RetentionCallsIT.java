package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.store.SqliteTaskStore;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.dispatcher.testkit.LogLines;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.runtime.SettingsException;
import tasknet.task.JsonText;
import tasknet.task.Keep;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tools.jackson.databind.JsonNode;

/** Ended tasks go from a whole dispatcher; what its callers see of it. */
class RetentionCallsIT {
  private static final String HASH = "{\"type\":\"hash\",\"payload\":\"x\"}";

  private final LogLines log = new LogLines();
  @TempDir Path folder;

  @Test
  void whatIsOverIsGoneAndCountedAndItsKeyDoesNotRunItAgain() throws Exception {
    Instant ended = Instant.now().minus(Duration.ofHours(25));
    TaskId old = cancelledAt(ended, "order-1");
    TaskId young = cancelledAt(Instant.now().minus(Duration.ofHours(23)), "order-2");

    try (WiredDispatcher dispatcher = WiredDispatcher.start(folder)) {
      String path = "/tasks/" + old;
      await().until(() -> dispatcher.get(path).status() == 404);
      assertThat(dispatcher.get("/tasks/" + young).text("state")).isEqualTo("CANCELLED");

      Answer again = dispatcher.post("/tasks", HASH, "Idempotency-Key", "order-1");
      assertThat(again.status()).isEqualTo(410);
      assertThat(again.text("type")).endsWith("task-removed");
      assertThat(again.text("detail")).contains("'order-1'", "not kept any more");
      assertThat(again.text("id")).isEqualTo(old.toString());
      assertThat(dispatcher.get("/tasks").body().path("tasks")).hasSize(1);

      await().until(() -> stats(dispatcher).path("removedForAge").asInt() == 1);
      await().until(() -> stats(dispatcher).has("oldestEnded"));
      assertThat(stats(dispatcher).path("used").asLong()).isPositive();
      assertThat(dispatcher.get("/types").body().path("types").path(0).path("cancelled").asInt())
          .isEqualTo(1);
      String metrics = dispatcher.get("/metrics").response().body();
      assertThat(metrics)
          .contains("tasknet_tasks_removed_total{reason=\"age\",state=\"cancelled\"} 1.0")
          .contains("tasknet_tasks_removed_total{reason=\"size\",state=\"dead\"} 0.0")
          .contains("tasknet_store_used_bytes", "tasknet_store_free_bytes")
          .contains("tasknet_store_oldest_ended_timestamp_seconds 1.");
      assertThat(dispatcher.log().errors()).isEmpty();
    }
  }

  @Test
  void aSettingSaysHowLong() throws Exception {
    TaskId old = cancelledAt(Instant.now().minus(Duration.ofHours(25)), "order-1");
    TaskId young = cancelledAt(Instant.now().minus(Duration.ofMinutes(1)), "order-2");

    try (WiredDispatcher forEver =
        WiredDispatcher.start(folder, "TASKNET_KEEP_CANCELLED", "forever")) {
      await().until(() -> stats(forEver).has("oldestEnded"));
      assertThat(forEver.get("/tasks/" + old).status()).isEqualTo(200);
    }
    try (WiredDispatcher brief = WiredDispatcher.start(folder, "TASKNET_KEEP_CANCELLED", "10s")) {
      await().until(() -> brief.get("/tasks/" + young).status() == 404);
      assertThat(brief.get("/tasks/" + old).status()).isEqualTo(404);
    }
  }

  @Test
  void aTimeThatIsTooShortIsRefused() {
    for (String value : new String[] {"0", "9s", "0s", "ever"}) {
      assertThatThrownBy(() -> DispatcherSettings.read(Map.of("TASKNET_KEEP_DEAD", value)))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("TASKNET_KEEP_DEAD: '" + value + "' is not allowed")
          .hasMessageContaining("at least 10s")
          .hasMessageContaining("'forever'");
    }
    assertThat(DispatcherSettings.read(Map.of("TASKNET_KEEP_DEAD", "forever")).keep().dead())
        .isEqualTo(Keep.FOREVER);
  }

  /** Puts a task into the store that ended then. */
  private TaskId cancelledAt(Instant when, String key) throws Exception {
    SqliteTaskStore.Options options = new SqliteTaskStore.Options(folder, 1L << 30);
    try (SqliteTaskStore store = new SqliteTaskStore(options, log.logger())) {
      store.start();
      TaskId id = new TaskIds(() -> when, new Random()).next();
      byte[] body = HASH.getBytes(StandardCharsets.UTF_8);
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
      TaskRequest request = TaskRequest.of(new TaskType("hash"), new JsonText("\"x\""));
      SubmissionKey once = new SubmissionKey(key, hash, Instant.now().plus(Duration.ofHours(1)));
      store.addOnce(id, request, when, once).get(10, TimeUnit.SECONDS);
      store.cancel(id, when).get(10, TimeUnit.SECONDS);
      assertThat(store.find(id).orElseThrow().state()).isEqualTo(TaskState.CANCELLED);
      return id;
    }
  }

  private static JsonNode stats(WiredDispatcher dispatcher) {
    return dispatcher.get("/stats").body().path("store");
  }
}
