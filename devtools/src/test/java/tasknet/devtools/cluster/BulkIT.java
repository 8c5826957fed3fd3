package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tasknet.client.TaskSubmission;
import tasknet.client.UnreachableException;
import tasknet.http.BulkAnswer;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/** Many tasks in one call, through real processes. */
class BulkIT extends OnTestCluster {
  private static final Duration WAIT = Duration.ofMinutes(2);

  /** Far less than the tasks and answers of the first test. */
  private static final Map<String, String> SMALL = Map.of("JAVA_TOOL_OPTIONS", "-Xmx64m");

  @Test
  void anyNumberOfTasksGoesThroughALittleMemory() throws Exception {
    int tasks = 60_000;
    cluster.startNameservice();
    cluster.startWorker("w", "reverse");
    cluster.startDispatcher(SMALL);
    cluster.awaitWorkers("w");
    AtomicLong completed = new AtomicLong();
    AtomicLong numbers = new AtomicLong();
    Iterator<TaskSubmission> texts =
        IntStream.range(0, tasks)
            .mapToObj(number -> TaskSubmission.of("reverse", "x".repeat(400) + number))
            .iterator();

    cluster
        .client()
        .bulk(
            texts,
            WAIT,
            answer -> {
              numbers.addAndGet(answer.line());
              if (answer.state() == TaskState.COMPLETED) {
                completed.incrementAndGet();
              }
            });

    assertThat(completed).hasValue(tasks);
    assertThat(numbers).hasValue(LongStream.rangeClosed(1, tasks).sum());
  }

  @Test
  void whatWasAcknowledgedBeforeAKillIsThere() throws Exception {
    cluster.startNameservice();
    ClusterProcess dispatcher = cluster.startDispatcher();
    List<TaskId> acknowledged = new ArrayList<>();
    Iterator<TaskSubmission> endless =
        IntStream.iterate(0, number -> number + 1)
            .mapToObj(number -> TaskSubmission.of("reverse", number))
            .iterator();
    CompletableFuture<Boolean> bulk =
        cluster
            .client()
            .async(
                client -> {
                  client.bulk(endless, null, answer -> add(acknowledged, answer));
                  return true;
                });
    await().atMost(WAIT).until(() -> size(acknowledged) > 20_000);

    dispatcher.kill();

    assertThatThrownBy(bulk::join).hasCauseInstanceOf(UnreachableException.class);
    cluster.startDispatcher();
    assertThat(acknowledged).doesNotHaveDuplicates();
    long kept = cluster.client().types().types().getFirst().queued();
    assertThat(kept).isGreaterThanOrEqualTo(acknowledged.size());
    for (TaskId id : acknowledged.subList(acknowledged.size() - 500, acknowledged.size())) {
      assertThat(cluster.client().find(id)).isPresent();
    }
  }

  @Test
  void manyBulksGoSideBySide() throws Exception {
    int each = 1_000;
    cluster.startNameservice();
    cluster.startWorker("w", "reverse", "hash");
    cluster.startDispatcher();
    cluster.awaitWorkers("w");
    Map<TaskId, String> results = new ConcurrentHashMap<>();

    List<CompletableFuture<Boolean>> bulks =
        IntStream.range(0, 10).mapToObj(bulk -> bulk(bulk, each, results)).toList();

    bulks.forEach(CompletableFuture::join);
    assertThat(results).hasSize(10 * each);
    assertThat(results.values()).allMatch(result -> result.startsWith("\"dne-"));
  }

  private CompletableFuture<Boolean> bulk(int number, int tasks, Map<TaskId, String> results) {
    Iterator<TaskSubmission> texts =
        IntStream.range(0, tasks)
            .mapToObj(task -> TaskSubmission.of("reverse", number + "." + task + "-end"))
            .iterator();
    return cluster
        .client()
        .async(
            client -> {
              client.bulk(
                  texts, WAIT, answer -> results.put(answer.id(), String.valueOf(answer.result())));
              return true;
            });
  }

  private static void add(List<TaskId> ids, BulkAnswer answer) {
    synchronized (ids) {
      ids.add(answer.id());
    }
  }

  private static int size(List<TaskId> ids) {
    synchronized (ids) {
      return ids.size();
    }
  }
}
