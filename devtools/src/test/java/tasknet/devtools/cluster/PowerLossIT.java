package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** kill -9 of everything at once, in the middle of the work. */
class PowerLossIT extends OnTestCluster {
  private static final int TASKS = 600;
  private static final int KILLS = 2;

  @Test
  void whatWasAcknowledgedBeforeEverythingWasKilledEndsOnceAfterwards() throws Exception {
    startAll();
    Ledger ledger = new Ledger();
    // Each kill may cost a task more than one attempt: its worker's, and that of a stale
    // registration.
    List<Job> jobs = Job.mixed(1, TASKS, 2).stream().map(job -> job.withAttempts(10)).toList();
    AtomicInteger next = new AtomicInteger();
    List<Thread> submitters =
        java.util.stream.Stream.generate(() -> submitter(ledger, jobs, next)).limit(8).toList();

    for (int kill = 1; kill <= KILLS; kill++) {
      int enough = kill * TASKS / (KILLS + 1);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> ledger.acknowledged() >= enough && cluster.logs().running().size() > 5);
      cluster.killAll();
      startAll();
    }
    for (Thread submitter : submitters) {
      submitter.join();
    }
    ledger.settle(cluster.client(), Duration.ofSeconds(60));

    ledger.print("everything killed " + KILLS + " times", cluster.retransmissions());
    ledger.assertKept();
    assertThat(ledger.acknowledged()).isEqualTo(TASKS);
    assertThat(cluster.logs().runs().values()).as("runs of one attempt").containsOnly(1);
  }

  private void startAll() throws Exception {
    cluster.startNameservice();
    cluster.startWorker("one", "wait", "reverse", "hash", "sum", "upper", "random_fact");
    cluster.startWorker("two", "wait", "reverse", "hash", "sum", "upper", "random_fact");
    // Both kills end the workers of many tasks, none of which is to blame.
    cluster.startDispatcher(Map.of("TASKNET_POISON_AFTER", "0"));
    cluster.awaitWorkers("one", "two");
  }

  private Thread submitter(Ledger ledger, List<Job> jobs, AtomicInteger next) {
    return Thread.startVirtualThread(
        () -> {
          for (int index = next.getAndIncrement();
              index < jobs.size();
              index = next.getAndIncrement()) {
            ledger.submitPatiently(cluster.client(), jobs.get(index));
          }
        });
  }
}
