package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.http.Json;
import tools.jackson.databind.JsonNode;

/** The dispatcher's process is killed: what was changed of types at run time stays. */
@Timeout(120)
class TypeOverridesKillIT {
  @TempDir Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private int port;
  private Process process;

  @BeforeEach
  void start() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    process = launch();
  }

  @AfterEach
  void stop() {
    kill();
    http.close();
  }

  @Test
  void whatWasAnsweredHoldsAfterEveryKill() throws Exception {
    send("PATCH", "/types/hash", "{\"limits\":{\"running\":5,\"waiting\":2}}");
    for (int round = 1; round <= 3; round++) {
      send("PATCH", "/types/hash", "{\"limits\":{\"startsPerSecond\":" + round + ".5}}");
      boolean paused = round % 2 == 1;
      send("POST", "/types/hash/" + (paused ? "pause" : "resume"), "");
      JsonNode before = get("/types/hash");
      kill();
      process = launch();

      assertThat(get("/types/hash")).isEqualTo(before);
      assertThat(before.path("paused").asBoolean()).isEqualTo(paused);
      assertThat(before.path("limits").toString())
          .isEqualTo("{\"running\":5,\"startsPerSecond\":" + round + ".5,\"waiting\":2}");
    }
    for (int count = 0; count < 2; count++) {
      send("POST", "/tasks", "{\"type\":\"hash\"}");
    }
    assertThat(send("POST", "/tasks", "{\"type\":\"hash\"}").path("status").asInt()).isEqualTo(429);
    kill();
    process = launch();
    assertThat(send("POST", "/tasks", "{\"type\":\"hash\"}").path("status").asInt()).isEqualTo(429);
    send("PATCH", "/types/hash", "{\"limits\":null}");
    send("POST", "/types/hash/resume", "");
    kill();
    process = launch();

    assertThat(get("/types/hash").has("limits")).isFalse();
    assertThat(get("/types/hash").path("paused").asBoolean()).isFalse();
  }

  private Process launch() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                DispatcherMain.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder
        .environment()
        .putAll(
            Map.of(
                "TASKNET_HTTP_PORT", String.valueOf(port),
                "TASKNET_DATA_DIR", folder.resolve("data").toString(),
                "LOG_DIR", folder.resolve("logs").toString()));
    Process started = builder.start();
    await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> get("/types") != null);
    return started;
  }

  private void kill() {
    process.destroyForcibly();
    process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return read(HttpRequest.newBuilder(uri(path)).build());
  }

  private JsonNode send(String method, String path, String body)
      throws IOException, InterruptedException {
    return read(
        HttpRequest.newBuilder(uri(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .build());
  }

  private JsonNode read(HttpRequest request) throws IOException, InterruptedException {
    return Json.mapper().readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + port + path);
  }
}
