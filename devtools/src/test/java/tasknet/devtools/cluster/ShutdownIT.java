package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** SIGTERM: every service finishes what runs, and exits with 0. */
class ShutdownIT extends OnTestCluster {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int TASKS = 20;

  @Test
  void aWorkerThatIsStoppedFinishesWhatItRuns() throws Exception {
    cluster.startNameservice();
    ClusterProcess worker = cluster.startWorker("leaving", "wait");
    cluster.startDispatcher();
    cluster.awaitWorkers("leaving");
    Ledger ledger = new Ledger();
    ledger.submitAll(cluster.client(), Job.waits(1, TASKS, 1.5, 2));
    await().until(() -> cluster.logs().running().size() == TASKS);

    assertThat(worker.terminate()).isZero();

    ledger.settle(cluster.client(), SOON);
    ledger.print("worker stopped", cluster.retransmissions());
    assertFinished(ledger);
    await().atMost(SOON).until(() -> cluster.freeWorkers().isEmpty());
  }

  @Test
  void aDispatcherThatIsStoppedFinishesWhatRunsAndKeepsWhatWaits() throws Exception {
    ClusterProcess nameservice = cluster.startNameservice();
    ClusterProcess worker = cluster.startWorker("staying", "wait");
    ClusterProcess dispatcher = cluster.startDispatcher();
    cluster.awaitWorkers("staying");
    Ledger running = new Ledger();
    Ledger waiting = new Ledger();
    running.submitAll(cluster.client(), Job.waits(1, TASKS, 1.5, 2));
    waiting.submitAll(
        cluster.client(),
        Job.mixed(2, TASKS, 0.1).stream()
            .filter(job -> !job.task().type().equals("wait"))
            .toList());
    await().until(() -> cluster.logs().running().size() == TASKS);

    assertThat(dispatcher.terminate()).isZero();
    assertThat(cluster.logs().running()).isEmpty();
    cluster.startWorker("late", "reverse", "hash", "sum", "upper", "random_fact");
    dispatcher = cluster.startDispatcher();

    running.settle(cluster.client(), SOON);
    waiting.settle(cluster.client(), SOON);
    running.print("dispatcher stopped, running", cluster.retransmissions());
    waiting.print("dispatcher stopped, waiting", cluster.retransmissions());
    assertFinished(running);
    waiting.assertKept();
    assertThat(dispatcher.terminate()).isZero();
    assertThat(worker.terminate()).isZero();
    assertThat(nameservice.terminate()).isZero();
  }

  private void assertFinished(Ledger ledger) {
    ledger.assertKept();
    assertThat(ledger.acknowledged()).isEqualTo(TASKS);
    assertThat(ledger.ended().values()).allSatisfy(task -> assertThat(task.attempts()).hasSize(1));
  }
}
