package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.DispatcherMain;
import tasknet.http.Json;
import tools.jackson.databind.JsonNode;

/** The dispatcher's process is killed in the middle of a change of a large group. */
@Timeout(180)
class DeadLettersKillIT {
  private static final int TASKS = 60_000;
  private static final String GROUP = "0123456789abcdef";

  @TempDir Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private int port;
  private @Nullable Process process;

  @BeforeEach
  void start() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    fill(data(), TASKS, 1);
    launch();
  }

  @AfterEach
  void stop() {
    kill();
    http.close();
  }

  @Test
  void aGroupThatWasBeingRequeuedIsRequeuedToThePointOfTheKill() throws Exception {
    var _ = http.sendAsync(post("/dead/" + GROUP + "/requeue"), BodyHandlers.ofString());
    await().pollInterval(Duration.ofMillis(10)).until(() -> count("queued") > 2_000);
    kill();

    SqliteDeadLettersIT.assertSound(data());
    long dead = inFile("state = 'DEAD'");
    assertThat(dead).isPositive().isLessThan(TASKS);
    assertThat(inFile("state = 'QUEUED'")).isEqualTo(TASKS - dead);
    launch();
    assertThat(count("queued")).isEqualTo(TASKS - dead);
    assertThat(count("dead")).isEqualTo(dead);
    assertThat(get("/dead").path("groups").path(0).path("tasks").asLong()).isEqualTo(dead);

    JsonNode rest = send(post("/dead/" + GROUP + "/requeue"));
    await().atMost(Duration.ofSeconds(60)).until(() -> count("queued") == TASKS);
    assertThat(rest.path("done").asBoolean() ? rest.path("tasks").asLong() : dead).isEqualTo(dead);
    assertThat(waiting()).isEqualTo(TASKS);
    assertThat(get("/dead").path("groups")).isEmpty();
    kill();
    SqliteDeadLettersIT.assertSound(data());
  }

  @Test
  void aGroupThatWasBeingDeletedIsDeletedToThePointOfTheKill() throws Exception {
    var _ = http.sendAsync(delete("/dead/" + GROUP), BodyHandlers.ofString());
    await().pollInterval(Duration.ofMillis(10)).until(() -> count("dead") < TASKS - 2_000);
    kill();

    SqliteDeadLettersIT.assertSound(data());
    long dead = inFile("state = 'DEAD'");
    assertThat(dead).isPositive().isLessThan(TASKS);
    launch();
    assertThat(count("dead")).isEqualTo(dead);

    send(delete("/dead/" + GROUP));
    await().atMost(Duration.ofSeconds(60)).until(() -> get("/dead").path("groups").isEmpty());
    kill();
    SqliteDeadLettersIT.assertSound(data());
    assertThat(inFile("true")).isZero();
    assertThat(SqliteStores.ask(data(), "SELECT count(*) FROM attempt")).isEqualTo("0");
  }

  /** DEAD tasks in groups, each with an attempt, some with labels or a large payload. */
  static void fill(Path data, int tasks, int groups) throws SQLException, IOException {
    Files.createDirectories(data);
    SqliteStores.open(data).close();
    for (String statement :
        List.of(
            """
            INSERT INTO task (id, type, state, position, attempts, failures, created_at, ended_at,
              timeout_nanos, max_attempts, backoff, payload, labels,
              error_code, error_message, error_retryable)
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
            SELECT unhex(printf('019ac000%%024x', i)), 'hash', 'DEAD', i, 1, 1, i, 1000 + i,
              1000000000, 3, 'PT1S 2.0 PT1M 0.0', iif(i %% 1000 = 0, NULL, '1'),
              iif(i %% 100 = 1, 'a:b', NULL), 'broken', 'Line ' || i, 1 FROM n
            """
                .formatted(tasks),
            "INSERT INTO large_payload SELECT seq, printf('\"%2000s\"', 'x') FROM task"
                + " WHERE payload IS NULL",
            "INSERT INTO label SELECT 'a', 'b', id FROM task WHERE labels IS NOT NULL",
            "INSERT INTO attempt (task, number, worker, host, port, epoch, started_at, ended_at)"
                + " SELECT id, 1, 'worker-1', 'localhost', 1, 1, 1, 2 FROM task",
            "INSERT INTO task_count VALUES ('hash', 'DEAD', %d)".formatted(tasks),
            "UPDATE position SET last = %d".formatted(tasks),
            groups == 1
                ? "UPDATE task SET fingerprint = '" + GROUP + "'"
                : "UPDATE task SET fingerprint = printf('%016x', seq % " + groups + ")")) {
      SqliteStores.ask(data, statement);
    }
  }

  private void launch() throws IOException {
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
                "TASKNET_DATA_DIR", data().toString(),
                "TASKNET_NAMESERVICE_URL", "http://localhost:1", // none
                "TASKNET_KEEP_DEAD", "forever", // these died long ago
                "LOG_DIR", folder.resolve("logs").toString()));
    process = builder.start();
    await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> get("/types") != null);
  }

  private void kill() {
    if (process != null) {
      process.destroyForcibly();
      process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  private Path data() {
    return folder.resolve("data");
  }

  private long inFile(String condition) throws SQLException {
    return Long.parseLong(SqliteStores.ask(data(), "SELECT count(*) FROM task WHERE " + condition));
  }

  private long count(String state) throws IOException, InterruptedException {
    return get("/types").path("types").path(0).path(state).asLong();
  }

  private double waiting() throws IOException, InterruptedException {
    String metrics =
        http.send(HttpRequest.newBuilder(uri("/metrics")).build(), BodyHandlers.ofString()).body();
    return metrics
        .lines()
        .filter(line -> line.startsWith("tasknet_waiting_tasks "))
        .mapToDouble(line -> Double.parseDouble(line.split(" ", -1)[1]))
        .sum();
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  private HttpRequest post(String path) {
    return HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.noBody()).build();
  }

  private HttpRequest delete(String path) {
    return HttpRequest.newBuilder(uri(path)).DELETE().build();
  }

  private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
    return Json.mapper().readTree(http.send(request, BodyHandlers.ofString()).body());
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + port + path);
  }
}
