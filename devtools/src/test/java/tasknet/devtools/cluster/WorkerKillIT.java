package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskStatus;

/** kill -9 of a worker: what it had is soon running elsewhere. */
class WorkerKillIT extends OnTestCluster {
  private static final int TASKS = 60;

  /** The aim is 2 seconds, which is printed; a machine that is busy may take longer. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  @Test
  void whatAKilledWorkerHadRunsElsewhereAtOnce() throws Exception {
    cluster.startNameservice();
    ClusterProcess victim = cluster.startWorker("victim", "wait");
    cluster.startWorker("survivor", "wait");
    cluster.startDispatcher();
    cluster.awaitWorkers("victim", "survivor");
    Ledger ledger = new Ledger();
    ledger.submitAll(cluster.client(), Job.waits(1, TASKS, 3, 4));
    await().until(() -> cluster.logs().running().size() == TASKS);

    Instant killed = victim.kill();
    ledger.settle(cluster.client(), Duration.ofSeconds(30));

    List<Duration> untilElsewhere = new ArrayList<>();
    for (TaskStatus task : ledger.ended().values()) {
      if (task.attempts().getFirst().worker().equals("victim")) {
        assertThat(task.attempts()).extracting(AttemptStatus::worker).contains("survivor");
        untilElsewhere.add(Duration.between(killed, task.attempts().get(1).startedAt()));
      } else {
        assertThat(task.attempts()).hasSize(1);
      }
    }
    ledger.print("worker killed", cluster.retransmissions());
    System.out.printf(
        "worker killed: %d tasks ran elsewhere after %s%n",
        untilElsewhere.size(), Distribution.of(untilElsewhere));
    ledger.assertKept();
    assertThat(untilElsewhere)
        .hasSizeGreaterThan(TASKS / 5)
        .allMatch(it -> it.compareTo(SLACK) < 0);
    assertThat(cluster.logs().runs().values()).containsOnly(1);
  }

  @Test
  void aWorkerThatDoesNotAnswerIsGivenNothingMore() throws Exception {
    cluster.startNameservice();
    ClusterProcess victim = cluster.startWorker("victim", "wait");
    cluster.startWorker("survivor", "wait");
    cluster.startDispatcher();
    cluster.awaitWorkers("victim", "survivor");
    Ledger running = new Ledger();
    running.submitAll(cluster.client(), Job.waits(1, 20, 3, 4));
    await().until(() -> cluster.logs().running().size() == 20);

    Instant killed = victim.kill();
    Ledger later = new Ledger();
    Iterator<Job> jobs = Job.waits(2, 1000, 0, 0.01).iterator();
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              later.submit(cluster.client(), jobs.next());
              return Instant.now().isAfter(killed.plusSeconds(2));
            });
    later.settle(cluster.client(), Duration.ofSeconds(20));
    running.settle(cluster.client(), Duration.ofSeconds(20));

    later.print("handed in after the kill", cluster.retransmissions());
    List<Duration> given =
        later.ended().values().stream()
            .map(task -> task.attempts().getFirst())
            .filter(attempt -> attempt.worker().equals("victim"))
            .map(attempt -> Duration.between(killed, attempt.startedAt()))
            .toList();
    System.out.printf("handed in after the kill: given to the dead worker %s%n", given.size());
    running.assertKept();
    later.assertKept();
    assertThat(given).allMatch(after -> after.compareTo(Duration.ofMillis(1200)) < 0);
  }

  @Test
  void aDispatcherThatWasRestartedGivesNothingToAWorkerThatIsGone() throws Exception {
    cluster.startNameservice();
    ClusterProcess victim = cluster.startWorker("victim", "wait");
    ClusterProcess dispatcher = cluster.startDispatcher();
    cluster.awaitWorkers("victim");
    Ledger running = new Ledger();
    running.submitAll(cluster.client(), Job.waits(1, 10, 3, 4));
    await().until(() -> cluster.logs().running().size() == 10);
    cluster.startWorker("survivor", "wait");
    cluster.awaitWorkers("victim", "survivor");

    dispatcher.kill();
    victim.kill();
    cluster.startDispatcher(); // before the registration of the worker expires
    Ledger later = new Ledger();
    later.submitAll(cluster.client(), Job.waits(2, 40, 0, 0.01));
    later.settle(cluster.client(), Duration.ofSeconds(20));
    running.settle(cluster.client(), Duration.ofSeconds(20));

    later.print("handed in after a restart", cluster.retransmissions());
    running.assertKept();
    later.assertKept();
    assertThat(later.ended().values())
        .flatExtracting(TaskStatus::attempts)
        .extracting(AttemptStatus::worker)
        .containsOnly("survivor");
  }
}
