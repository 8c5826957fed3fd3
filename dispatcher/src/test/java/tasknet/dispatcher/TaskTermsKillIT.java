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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.http.Json;
import tools.jackson.databind.JsonNode;

/** The dispatcher's process is killed: what was promised of keys, deadlines and delays holds. */
@Timeout(120)
class TaskTermsKillIT {
  private static final String BODY = "{\"type\":\"hash\"}";

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
  void aKeyThatWasAnsweredNeverMakesASecondTask() throws Exception {
    Map<String, String> answered = new ConcurrentHashMap<>();
    AtomicBoolean killed = new AtomicBoolean();
    Thread client =
        Thread.startVirtualThread(
            () -> {
              for (int number = 0; !killed.get(); number++) {
                try {
                  answered.put(
                      "key-" + number, submit(BODY, "key-" + number).path("id").asString());
                } catch (IOException | InterruptedException e) {
                  return; // the kill
                }
              }
            });
    await().atMost(Duration.ofSeconds(60)).until(() -> answered.size() > 100);
    kill();
    killed.set(true);
    client.join();
    process = launch();

    Map<String, String> again = new TreeMap<>();
    for (String key : answered.keySet()) {
      again.put(key, submit(BODY, key).path("id").asString());
    }
    String unknown = "key-" + answered.size(); // may have been committed, and was not answered
    String first = submit(BODY, unknown).path("id").asString();

    assertThat(again).isEqualTo(new TreeMap<>(answered));
    assertThat(again.values()).doesNotHaveDuplicates();
    assertThat(submit(BODY, unknown).path("id").asString()).isEqualTo(first);
    assertThat(get("/types").path("types").path(0).path("queued").asInt())
        .isEqualTo(answered.size() + 1);
  }

  @Test
  void deadlinesAndDelaysGoOnWhileNoDispatcherRuns() throws Exception {
    String expiring =
        submit("{\"type\":\"hash\",\"deadline\":\"500ms\"}", "a").path("id").asString();
    String delayed = submit("{\"type\":\"hash\",\"delay\":\"500ms\"}", "b").path("id").asString();
    String later =
        submit("{\"type\":\"hash\",\"delay\":\"1h\",\"priority\":9,\"labels\":{\"a\":\"b\"}}", "c")
            .path("id")
            .asString();
    JsonNode before = get("/tasks/" + later);
    kill();
    process = launch();

    await().until(() -> state(expiring).equals("EXPIRED"));
    await().until(() -> state(delayed).equals("QUEUED"));
    assertThat(get("/tasks/" + later)).isEqualTo(before);
    assertThat(get("/tasks?label=a:b").path("tasks")).hasSize(1);
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
                "TASKNET_NAMESERVICE_URL", "http://localhost:1", // none, not another's
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

  private String state(String id) throws IOException, InterruptedException {
    return get("/tasks/" + id).path("state").asString();
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  private JsonNode submit(String body, String key) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri("/tasks"))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .header("Idempotency-Key", key)
            .build());
  }

  private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
    return Json.mapper().readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + port + path);
  }
}
