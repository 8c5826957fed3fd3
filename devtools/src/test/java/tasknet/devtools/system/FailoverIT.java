package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tasknet.devtools.cluster.Job;
import tasknet.devtools.cluster.Ledger;
import tasknet.registry.WorkerStatus;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskId;
import tasknet.task.TaskStatus;

/** How long the task of a worker whose container was killed is not running. */
class FailoverIT extends OnProject {
  private static final int KILLS = 50;
  private static final int REPLICAS = 3;
  private static final double SECONDS = 2;

  FailoverIT(ComposeProject project) {
    super(project);
  }

  @AfterEach
  void one() throws Exception {
    project.up();
  }

  @Test
  void theTaskOfAKilledContainerRunsElsewhere() throws Exception {
    project.up("--scale", "worker-wait=" + REPLICAS);
    project.awaitWorkers();
    Map<String, String> containers = new TreeMap<>();
    for (int number = 1; number <= REPLICAS; number++) {
      String container = project.container("worker-wait", number);
      containers.put(ComposeProject.host(container), container);
    }

    Ledger ledger = new Ledger();
    Map<TaskId, Instant> killed = new TreeMap<>();
    while (killed.size() < KILLS) {
      awaitTwoFree();
      TaskId id = submit(ledger, killed);
      String worker = runningAt(id);
      String victim =
          containers.entrySet().stream()
              .filter(container -> worker.contains("-" + container.getKey()))
              .findFirst()
              .orElseThrow()
              .getValue();
      killed.put(id, Instant.now());
      Ran.docker("kill", "--signal", "KILL", victim);
      await().atMost(ComposeProject.SOON).until(() -> task(id).attempts().size() > 1);
      Ran.docker("start", victim);
    }
    ledger.settle(project.client(), ComposeProject.SOON);

    List<Duration> gaps = new ArrayList<>();
    Map<String, Integer> causes = new TreeMap<>();
    for (TaskStatus task : ledger.ended().values()) {
      AttemptStatus first = task.attempts().getFirst();
      AttemptStatus next = task.attempts().get(1);
      gaps.add(Duration.between(killed.getOrDefault(task.id(), Instant.MAX), next.startedAt()));
      assertThat(next.worker()).isNotEqualTo(first.worker());
      causes.merge(
          String.valueOf(first.error()).replaceAll("worker \\S+|\\d+", "…"), 1, Integer::sum);
    }
    gaps.sort(null);
    System.out.printf(
        "kill -9 of a worker's container, %d times; from the command until the task's next attempt runs"
            + " elsewhere: p50=%d ms p95=%d ms max=%d ms%n%s%n",
        KILLS, at(gaps, 50), at(gaps, 95), at(gaps, 100), causes);
    ledger.print("50 containers killed", project.retransmissions());
    ledger.assertKept();
    assertThat(gaps).hasSize(KILLS);
  }

  /** One that is killed, and one that goes on with its task. */
  private void awaitTwoFree() {
    await().atMost(ComposeProject.SOON).until(() -> free().size() >= 2);
  }

  private List<WorkerStatus> free() throws InterruptedException {
    return project.freeWorkers().stream()
        .filter(worker -> worker.types().toString().contains("wait"))
        .toList();
  }

  private TaskId submit(Ledger ledger, Map<TaskId, Instant> before) throws InterruptedException {
    // Its later attempts may be at the next victims: at most one for each kill.
    ledger.submit(project.client(), Job.wait(SECONDS).withAttempts(KILLS + 1));
    List<TaskId> ids = new ArrayList<>(ledger.ids());
    ids.removeAll(before.keySet());
    return ids.getFirst();
  }

  private String runningAt(TaskId id) {
    await()
        .atMost(ComposeProject.SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                project.logs().grep(" attempt started ").stream()
                    .anyMatch(it -> it.contains("" + id)));
    return project.logs().grep(" attempt started ").stream()
        .filter(line -> line.contains("" + id))
        .findFirst()
        .orElseThrow()
        .replaceFirst(".* worker=(\\S+).*", "$1");
  }

  private TaskStatus task(TaskId id) throws InterruptedException {
    return project.client().find(id).orElseThrow();
  }

  private static long at(List<Duration> sorted, int percent) {
    return sorted.get(Math.ceilDiv(sorted.size() * percent, 100) - 1).toMillis();
  }
}
