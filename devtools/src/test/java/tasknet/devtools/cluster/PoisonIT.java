package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tasknet.client.RequeueOutcome;
import tasknet.client.TaskSubmission;
import tasknet.client.simulation.Expectation;
import tasknet.http.Json;
import tasknet.task.AttemptStatus;
import tasknet.task.DeadGroup;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.worker.handler.TaskHandler;

/** A task that ends the process of every worker that runs it. */
class PoisonIT extends OnTestCluster {
  private static final Set<String> WORKERS = Set.of("one", "two", "three");

  @Test
  void twoWorkersDieAndTheThirdLivesAndDoesTheRest() throws Exception {
    cluster.startNameservice();
    Map<String, ClusterProcess> workers = new TreeMap<>();
    for (String name : WORKERS) {
      workers.put(name, cluster.startWorker(List.of(handlers()), name, "deadly", "reverse"));
    }
    cluster.startDispatcher();
    cluster.awaitWorkers("one", "two", "three");
    Ledger others = new Ledger();

    TaskId poison = cluster.client().submit(task("kill").withMaxAttempts(9)).id();
    others.submitAll(cluster.client(), harmless("a"));
    TaskStatus dead = cluster.client().await(poison, Duration.ofSeconds(30)).orElseThrow();
    others.submitAll(cluster.client(), harmless("b"));
    others.settle(cluster.client(), Duration.ofSeconds(30));

    others.print("two workers killed by a task", cluster.retransmissions());
    others.assertKept();
    assertThat(dead.state()).isEqualTo(TaskState.DEAD);
    List<String> victims = dead.attempts().stream().map(AttemptStatus::worker).toList();
    assertThat(victims).hasSize(2).doesNotHaveDuplicates();
    TaskError error = Objects.requireNonNull(dead.error());
    assertThat(error.code()).isEqualTo(TaskError.POISON);
    assertThat(error.message()).contains(victims);
    workers.forEach(
        (name, process) -> assertThat(process.isAlive()).isNotEqualTo(victims.contains(name)));
    assertThat(cluster.client().deadLetters().groups(null, 9, null).groups())
        .extracting(DeadGroup::sample)
        .containsExactly(poison);

    RequeueOutcome edited = cluster.client().requeue(poison, "harmless");
    assertThat(edited).isInstanceOf(RequeueOutcome.Requeued.class);
    TaskStatus done = cluster.client().await(poison, Duration.ofSeconds(30)).orElseThrow();
    assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
    assertThat(done.attempts()).hasSize(3);
    assertThat(victims).doesNotContain(done.attempts().getLast().worker());
  }

  private static TaskSubmission task(String payload) {
    return TaskSubmission.of("deadly", payload);
  }

  private static List<Job> harmless(String text) {
    List<Job> jobs = new ArrayList<>();
    IntStream.range(0, 30)
        .mapToObj(number -> text + number)
        .forEach(
            payload -> {
              jobs.add(new Job(task(payload), new Expectation.Result(Json.textOf(payload))));
              jobs.add(Job.reverse(payload));
            });
    return jobs;
  }

  /** The handler is on the class path; this names it to the workers of this test only. */
  private String handlers() throws Exception {
    Path named = folder.resolve("handlers/META-INF/services").resolve(TaskHandler.class.getName());
    Files.createDirectories(named.getParent());
    Files.writeString(named, DeadlyHandler.class.getName());
    return "-Xbootclasspath/a:" + folder.resolve("handlers");
  }
}
