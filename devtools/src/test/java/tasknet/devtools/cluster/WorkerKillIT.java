package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
}
