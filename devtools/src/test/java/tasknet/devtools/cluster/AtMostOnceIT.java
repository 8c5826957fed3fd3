package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import tasknet.task.TaskError;
import tasknet.task.TaskState;

/** {@code maxAttempts: 1} means at most once, whatever dies. */
class AtMostOnceIT extends OnTestCluster {
  private static final int TASKS = 20;

  @Test
  void tasksThatMayRunOnceAreDeadWhenTheirWorkerIsKilledAndNeverRunAgain() throws Exception {
    cluster.startNameservice();
    ClusterProcess victim = cluster.startWorker("victim", "wait");
    ClusterProcess dispatcher = cluster.startDispatcher();
    cluster.awaitWorkers("victim");
    Ledger ledger = new Ledger();
    ledger.submitAll(
        cluster.client(),
        Job.waits(1, TASKS, 30, 31).stream().map(Job::lostWithItsWorker).toList());
    await().until(() -> cluster.logs().running().size() == TASKS);
    cluster.startWorker("survivor", "wait");
    cluster.awaitWorkers("victim", "survivor");

    dispatcher.kill();
    cluster.startDispatcher();
    cluster.awaitWorkers("victim", "survivor");
    victim.kill();
    ledger.settle(cluster.client(), Duration.ofSeconds(20));

    ledger.print("at most once, dispatcher and worker killed", cluster.retransmissions());
    ledger.assertKept();
    assertThat(ledger.ended().values())
        .allSatisfy(
            task -> {
              assertThat(task.state()).isEqualTo(TaskState.DEAD);
              assertThat(task.error()).extracting(TaskError::code).isEqualTo("worker-lost");
              assertThat(task.attempts()).hasSize(1);
            });
    assertThat(cluster.logs().runs()).hasSize(TASKS);
    assertThat(cluster.logs().runs().values()).containsOnly(1);
  }
}
