package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.runtime.SettingsException;
import tools.jackson.databind.JsonNode;

/** What {@code workers.json} says of types, seen by those who call. */
class WorkersFileIT {
  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("workers.json");
    Files.writeString(
        file,
        """
        {"workers": [
          {"name": "hash", "active": true, "timeout": "7s",
           "retry": {"maxAttempts": 9, "backoff": {"first": "2s", "factor": 3}},
           "limits": {"running": 2, "startsPerSecond": 50}},
          {"name": "upper", "active": false, "durable": false},
          {"name": "sum", "active": true}
        ]}
        """);
  }

  @Test
  void aTypesDefaultsHoldForWhatATaskDoesNotSay() {
    try (WiredDispatcher dispatcher = dispatcher()) {
      JsonNode silent = dispatcher.post("/tasks", "{\"type\":\"hash\"}").body();
      assertThat(silent.path("timeout").asString()).isEqualTo("PT7S");
      assertThat(silent.path("maxAttempts").asInt()).isEqualTo(9);

      JsonNode own =
          dispatcher
              .post("/tasks", "{\"type\":\"hash\",\"timeout\":\"1s\",\"maxAttempts\":1}")
              .body();
      assertThat(own.path("timeout").asString()).isEqualTo("PT1S");
      assertThat(own.path("maxAttempts").asInt()).isEqualTo(1);

      JsonNode other = dispatcher.post("/tasks", "{\"type\":\"other\"}").body();
      assertThat(other.path("timeout").asString()).isEqualTo("PT30S");
      assertThat(other.path("maxAttempts").asInt()).isEqualTo(3);
    }
  }

  @Test
  void theTypesShowWhatHolds() {
    try (ScriptedWorker worker = ScriptedWorker.open("w", 4, "hash", "sum", "other");
        WiredDispatcher dispatcher = dispatcher()) {
      dispatcher.register(worker);
      JsonNode types = dispatcher.get("/types").body().path("types");

      JsonNode hash = type(types, "hash");
      assertThat(hash.path("limits").toString())
          .isEqualTo("{\"running\":2,\"startsPerSecond\":50.0}");
      assertThat(hash.path("defaults").path("timeout").asString()).isEqualTo("PT7S");
      assertThat(hash.path("defaults").path("maxAttempts").asInt()).isEqualTo(9);
      assertThat(hash.path("defaults").path("backoff").path("first").asString()).isEqualTo("PT2S");
      assertThat(hash.path("defaults").path("backoff").path("cap").asString()).isEqualTo("PT5M");
      assertThat(hash.path("defaults").path("durable").asBoolean()).isTrue();
      assertThat(type(types, "sum").path("limits").isMissingNode()).isTrue();
      assertThat(type(types, "sum").path("defaults").path("maxAttempts").asInt()).isEqualTo(3);
      assertThat(type(types, "other").path("defaults").isMissingNode()).isTrue();
    }
  }

  @Test
  void aTaskOfATypeThatIsNotDurableIsAcknowledgedAndKept() {
    try (ScriptedWorker worker = ScriptedWorker.open("w", 4, "upper");
        WiredDispatcher dispatcher = dispatcher()) {
      Answer answer = dispatcher.post("/tasks", "{\"type\":\"upper\",\"payload\":\"x\"}");
      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.text("state")).isEqualTo("QUEUED");
      String location = String.valueOf(answer.header("Location"));
      assertThat(location).isEqualTo("/tasks/" + answer.text("id"));
      assertThat(dispatcher.get(location).text("createdAt")).isEqualTo(answer.text("createdAt"));

      dispatcher.register(worker);
      worker.complete(worker.expectExecute().attempt(), "\"X\"");

      await().until(() -> dispatcher.get(location).text("state").equals("COMPLETED"));
      assertThat(dispatcher.metric("tasknet_store_operations_total")).isZero();
    }
  }

  @Test
  void aWrongFileEndsTheStartAndSaysWhere() throws IOException {
    Files.writeString(
        file, "{\"workers\":[{\"name\":\"hash\",\"active\":true,\"timeot\":\"1s\"}]}");
    assertRefused("timeot");
    Files.writeString(
        file, "{\"workers\":[{\"name\":\"hash\",\"active\":true,\"limits\":{\"running\":0}}]}");
    assertRefused("limits.running");
    Files.delete(file);
    assertRefused("does not exist");
  }

  private void assertRefused(String why) {
    assertThatThrownBy(
            () -> DispatcherSettings.read(Map.of("TASKNET_WORKERS_FILE", file.toString())))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("TASKNET_WORKERS_FILE")
        .hasMessageContaining(file.toString())
        .hasMessageContaining(why);
  }

  private WiredDispatcher dispatcher() {
    return WiredDispatcher.start(folder.resolve("data"), "TASKNET_WORKERS_FILE", file.toString());
  }

  private static JsonNode type(JsonNode types, String name) {
    for (JsonNode type : types) {
      if (type.path("type").asString("").equals(name)) {
        return type;
      }
    }
    throw new AssertionError("no type " + name + " in " + types);
  }
}
