package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.DispatcherProcess;
import tools.jackson.databind.JsonNode;

/** The dispatcher's process is killed: what was changed of types at run time stays. */
@Timeout(120)
class TypeOverridesKillIT {
  @TempDir Path folder;
  private DispatcherProcess dispatcher;

  @BeforeEach
  void start() throws IOException {
    dispatcher = new DispatcherProcess(folder, Map.of());
    dispatcher.start();
  }

  @AfterEach
  void stop() {
    dispatcher.close();
  }

  @Test
  void whatWasAnsweredHoldsAfterEveryKill() throws Exception {
    dispatcher.send("PATCH", "/types/hash", "{\"limits\":{\"running\":5,\"waiting\":2}}");
    for (int round = 1; round <= 3; round++) {
      dispatcher.send("PATCH", "/types/hash", "{\"limits\":{\"startsPerSecond\":" + round + ".5}}");
      boolean paused = round % 2 == 1;
      dispatcher.send("POST", "/types/hash/" + (paused ? "pause" : "resume"), "");
      JsonNode before = dispatcher.get("/types/hash");
      dispatcher.kill();
      dispatcher.start();

      assertThat(dispatcher.get("/types/hash")).isEqualTo(before);
      assertThat(before.path("paused").asBoolean()).isEqualTo(paused);
      assertThat(before.path("limits").toString())
          .isEqualTo("{\"running\":5,\"startsPerSecond\":" + round + ".5,\"waiting\":2}");
    }
    for (int count = 0; count < 2; count++) {
      dispatcher.send("POST", "/tasks", "{\"type\":\"hash\"}");
    }
    assertThat(dispatcher.send("POST", "/tasks", "{\"type\":\"hash\"}").path("status").asInt())
        .isEqualTo(429);
    dispatcher.kill();
    dispatcher.start();
    assertThat(dispatcher.send("POST", "/tasks", "{\"type\":\"hash\"}").path("status").asInt())
        .isEqualTo(429);
    dispatcher.send("PATCH", "/types/hash", "{\"limits\":null}");
    dispatcher.send("POST", "/types/hash/resume", "");
    dispatcher.kill();
    dispatcher.start();

    assertThat(dispatcher.get("/types/hash").has("limits")).isFalse();
    assertThat(dispatcher.get("/types/hash").path("paused").asBoolean()).isFalse();
  }
}
