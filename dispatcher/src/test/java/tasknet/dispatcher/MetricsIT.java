package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.task.AttemptId;
import tasknet.testkit.Exposition;

/** What Prometheus gets. */
@Timeout(60)
class MetricsIT {
  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 3, "hash");
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() {
    dispatcher = WiredDispatcher.start(folder);
    dispatcher.register(worker);
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    worker.close();
  }

  @Test
  void tasksAndAttemptsAreCounted() {
    dispatcher.submit("{\"type\":\"sum\"}");
    dispatcher.submit("{\"type\":\"hash\"}");
    dispatcher.submit("{\"type\":\"hash\"}");
    AttemptId completed = worker.expectExecute().attempt();
    AttemptId failed = worker.expectExecute().attempt();
    worker.complete(completed, "1");
    worker.expectAck(completed);
    worker.fail(failed, "invalid-payload", false);
    worker.expectAck(failed);
    worker.complete(completed, "1");
    worker.expectAck(completed);

    assertThat(scrape().lines())
        .contains(
            "tasknet_tasks{state=\"queued\",type=\"sum\"} 1.0",
            "tasknet_tasks{state=\"completed\",type=\"hash\"} 1.0",
            "tasknet_tasks{state=\"dead\",type=\"hash\"} 1.0",
            "tasknet_tasks_submitted_total 3.0",
            "tasknet_attempts_begun_total 2.0",
            "tasknet_attempts_ended_total{outcome=\"completed\"} 1.0",
            "tasknet_attempts_ended_total{outcome=\"failed\"} 1.0",
            "tasknet_attempts_ended_total{outcome=\"lost\"} 0.0",
            "tasknet_attempts_lost_total{reason=\"death\"} 0.0",
            "tasknet_attempts_lost_total{reason=\"silence\"} 0.0",
            "tasknet_attempts_ended_total{outcome=\"not_run\"} 0.0",
            "tasknet_stale_results_total 1.0",
            "tasknet_waiting_tasks 1.0",
            "tasknet_waiting_clients 0.0");
  }

  @Test
  void storeLogAndLinkAreShown() {
    dispatcher.submit("{\"type\":\"hash\"}");
    worker.expectExecute();
    dispatcher.submit("{\"type\":\"sum\",\"deadline\":\"1h\"}"); // which needs the store
    String metrics = scrape();

    assertThat(metrics)
        .containsPattern("\ntasknet_store_commits_total [1-9]")
        .containsPattern("\ntasknet_store_operations_total [1-9]")
        .contains("\ntasknet_store_refused_total 0.0")
        .containsPattern("\ntasknet_store_waiting \\d")
        .containsPattern("\ntasknet_store_file_bytes [1-9]")
        .containsPattern("\ntasknet_store_wal_bytes \\d")
        .containsPattern("\ntasknet_task_log_commits_total [1-9]")
        .containsPattern("\ntasknet_task_log_records_total [1-9]")
        .containsPattern("\ntasknet_task_log_waiting \\d")
        .containsPattern("\ntasknet_task_log_segments [1-9]")
        .contains("\ntasknet_tasks_unstored 1.0", "\ntasknet_tasks_behind 0.0")
        .containsPattern("\ntasknet_udp_datagrams_total\\{direction=\"sent\"} [1-9]")
        .contains("\ntasknet_udp_drops_total{reason=\"malformed\"} 0.0");
  }

  @Test
  void allKeepsToTheConventionsOfPrometheus() {
    dispatcher.submit("{\"type\":\"hash\"}");
    Exposition exposition = Exposition.of(scrape());

    assertThat(exposition.violations()).isEmpty();
    assertThat(exposition.families())
        .contains(
            "tasknet_tasks",
            "tasknet_udp_round_trip_seconds",
            "tasknet_store_commit_duration_seconds",
            "tasknet_store_commit_operations",
            "http_request_duration_seconds",
            "jvm_memory_used_bytes",
            "jvm_gc_collection_seconds",
            "jvm_threads_current",
            "process_cpu_seconds_total",
            "process_start_time_seconds");
    assertThat(exposition.type("tasknet_task_wait_seconds")).isEqualTo("histogram");
  }

  @Test
  void timesAndTheAgeOfTheQueueAreShownByType() {
    dispatcher.submit("{\"type\":\"sum\",\"deadline\":\"1h\"}"); // which needs the store
    dispatcher.submit("{\"type\":\"hash\"}");
    AttemptId attempt = worker.expectExecute().attempt();
    worker.complete(attempt, "1");
    worker.expectAck(attempt);
    String metrics = scrape();

    assertThat(metrics)
        .contains("tasknet_task_wait_seconds_count{type=\"hash\"} 1")
        .contains("tasknet_task_duration_seconds_count{type=\"hash\"} 1")
        .contains("tasknet_attempt_duration_seconds_count{outcome=\"completed\",type=\"hash\"} 1")
        .contains("tasknet_attempt_duration_seconds_count{outcome=\"failed\",type=\"hash\"} 0")
        .contains("tasknet_task_wait_seconds_count{type=\"_other\"} 0")
        .containsPattern("\ntasknet_queue_oldest_seconds\\{type=\"sum\"} \\d")
        .doesNotContain("tasknet_queue_oldest_seconds{type=\"hash\"}")
        .contains("tasknet_type_workers{type=\"hash\"} 1")
        .containsPattern("\ntasknet_udp_round_trip_seconds_count [1-9]")
        .containsPattern("\ntasknet_store_commit_duration_seconds_count [1-9]")
        .containsPattern("\ntasknet_task_log_commit_duration_seconds_count [1-9]")
        .containsPattern("\ntasknet_store_commit_operations_sum [1-9]");
  }

  @Test
  void requestsAreCountedByTheirRouteAndNeverByTheirPath() {
    String id = dispatcher.submit("{\"type\":\"sum\"}");
    dispatcher.get("/tasks/" + id);
    dispatcher.get("/tasks/" + id + "?wait=1ms");
    dispatcher.get("/tasks/nonsense");

    await()
        .untilAsserted(
            () ->
                assertThat(scrape())
                    .contains(
                        request("POST", "/tasks", 202, "call"),
                        request("GET", "/tasks/{id}", 200, "call"),
                        request("GET", "/tasks/{id}", 200, "wait"),
                        request("GET", "/tasks/{id}", 400, "call"))
                    .doesNotContain(id, "nonsense"));
  }

  private static String request(String method, String uri, int status, String kind) {
    return "http_request_duration_seconds_count{kind=\"%s\",method=\"%s\",status=\"%d\",uri=\"%s\"} 1"
        .formatted(kind, method, status, uri);
  }

  @Test
  void anyNumberOfTypesIsAFewLines() {
    for (int number = 0; number < 150; number++) {
      dispatcher.submit("{\"type\":\"type-" + number + "\"}");
    }
    dispatcher.submit("{\"type\":\"type-7\"}");
    String metrics = scrape();

    assertThat(metrics.lines().filter(line -> line.startsWith("tasknet_tasks{"))).hasSize(101);
    assertThat(metrics)
        .contains("tasknet_tasks{state=\"queued\",type=\"_other\"} 50.0")
        .contains("tasknet_tasks{state=\"queued\",type=\"type-7\"} 2.0");
  }

  private String scrape() {
    WiredDispatcher.Answer answer = dispatcher.get("/metrics");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("text/plain");
    return answer.response().body();
  }
}
