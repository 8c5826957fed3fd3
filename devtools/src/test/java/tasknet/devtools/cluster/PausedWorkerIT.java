package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskId;
import tasknet.task.TaskStatus;

/** A worker that stood still and goes on is neither believed nor given up. */
class PausedWorkerIT extends OnTestCluster {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** A heartbeat is missed for longer than the time to live in the second case only. */
  @ParameterizedTest(name = "while it is paused its task takes {0} s")
  @ValueSource(doubles = {1, 6})
  void theLateResultOfAPausedWorkerChangesNothingAndItTakesWorkAgain(double seconds)
      throws Exception {
    cluster.startNameservice();
    ClusterProcess sleeper = cluster.startWorker("sleeper", "wait");
    cluster.startDispatcher();
    cluster.awaitWorkers("sleeper");
    Ledger ledger = new Ledger();
    ledger.submit(cluster.client(), Job.wait(seconds));
    TaskId id = ledger.ids().getFirst();
    await().until(() -> cluster.logs().running().size() == 1);
    sleeper.pause();
    ClusterProcess substitute = cluster.startWorker("substitute", "wait");

    ledger.settle(cluster.client(), SOON);
    assertThat(ledger.ended().values())
        .flatExtracting(TaskStatus::attempts)
        .extracting(AttemptStatus::worker)
        .containsExactly("sleeper", "substitute");
    assertThat(staleResults()).isZero();
    sleeper.resume();

    // It answers each of the probes that have waited in its socket.
    await().atMost(SOON).until(() -> staleResults() > 0);
    cluster.awaitWorkers("sleeper", "substitute");
    ledger.lookAgain(cluster.client());
    ledger.print("worker paused", cluster.retransmissions());
    ledger.assertKept();
    assertThat(cluster.logs().grep("a late or repeated result changes nothing task=" + id))
        .hasSize((int) staleResults());
    assertThat(cluster.logs().runs().values()).containsOnly(1);

    substitute.kill();
    Ledger later = new Ledger();
    later.submitAll(cluster.client(), Job.waits(2, 10, 0.1, 0.2));
    later.settle(cluster.client(), SOON);
    later.assertKept();
    assertThat(later.ended().values())
        .extracting(task -> task.attempts().getLast().worker())
        .containsOnly("sleeper");
  }

  private long staleResults() throws IOException, InterruptedException {
    return cluster.stats().path("attempts").path("staleResults").asLong();
  }
}
