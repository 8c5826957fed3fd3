package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.DispatcherProcess;
import tools.jackson.databind.JsonNode;

/** The dispatcher's process is killed in the middle of a change of a large group. */
@Timeout(180)
class DeadLettersKillIT {
  private static final int TASKS = 60_000;
  private static final String GROUP = "0123456789abcdef";

  @TempDir Path folder;
  private DispatcherProcess dispatcher;

  @BeforeEach
  void start() throws Exception {
    // These died long ago, and are to be kept all the same.
    dispatcher = new DispatcherProcess(folder, Map.of("TASKNET_KEEP_DEAD", "forever"));
    fill(dispatcher.data(), TASKS, 1);
    dispatcher.start();
  }

  @AfterEach
  void stop() {
    dispatcher.close();
  }

  @Test
  void aGroupThatWasBeingRequeuedIsRequeuedToThePointOfTheKill() throws Exception {
    var _ = later("POST", "/dead/" + GROUP + "/requeue");
    await().pollInterval(Duration.ofMillis(10)).until(() -> count("queued") > 2_000);
    dispatcher.kill();

    SqliteDeadLettersIT.assertSound(dispatcher.data());
    long dead = inFile("state = 'DEAD'");
    assertThat(dead).isPositive().isLessThan(TASKS);
    assertThat(inFile("state = 'QUEUED'")).isEqualTo(TASKS - dead);
    dispatcher.start();
    assertThat(count("queued")).isEqualTo(TASKS - dead);
    assertThat(count("dead")).isEqualTo(dead);
    assertThat(dispatcher.get("/dead").path("groups").path(0).path("tasks").asLong())
        .isEqualTo(dead);

    JsonNode rest = dispatcher.send("POST", "/dead/" + GROUP + "/requeue", "");
    await().atMost(Duration.ofSeconds(60)).until(() -> count("queued") == TASKS);
    assertThat(rest.path("done").asBoolean() ? rest.path("tasks").asLong() : dead).isEqualTo(dead);
    assertThat(dispatcher.metric("tasknet_waiting_tasks")).isEqualTo(TASKS);
    assertThat(dispatcher.get("/dead").path("groups")).isEmpty();
    dispatcher.kill();
    SqliteDeadLettersIT.assertSound(dispatcher.data());
  }

  @Test
  void aGroupThatWasBeingDeletedIsDeletedToThePointOfTheKill() throws Exception {
    var _ = later("DELETE", "/dead/" + GROUP);
    await().pollInterval(Duration.ofMillis(10)).until(() -> count("dead") < TASKS - 2_000);
    dispatcher.kill();

    SqliteDeadLettersIT.assertSound(dispatcher.data());
    long dead = inFile("state = 'DEAD'");
    assertThat(dead).isPositive().isLessThan(TASKS);
    dispatcher.start();
    assertThat(count("dead")).isEqualTo(dead);

    dispatcher.send("DELETE", "/dead/" + GROUP, "");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> dispatcher.get("/dead").path("groups").isEmpty());
    dispatcher.kill();
    SqliteDeadLettersIT.assertSound(dispatcher.data());
    assertThat(inFile("true")).isZero();
    assertThat(SqliteStores.ask(dispatcher.data(), "SELECT count(*) FROM attempt")).isEqualTo("0");
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

  private long inFile(String condition) throws SQLException {
    return Long.parseLong(
        SqliteStores.ask(dispatcher.data(), "SELECT count(*) FROM task WHERE " + condition));
  }

  /** A call that the kill will break off. */
  private CompletableFuture<JsonNode> later(String method, String path) {
    return CompletableFuture.supplyAsync(() -> dispatcher.send(method, path, ""));
  }

  private long count(String state) {
    return dispatcher.get("/types").path("types").path(0).path(state).asLong();
  }
}
