package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work goes on without the nameservice, and finds it again by itself. */
class NameserviceOutageIT extends OnTestCluster {
  private static final Duration OUTAGE = Duration.ofSeconds(10);

  /** The heartbeats come each second; a machine that is busy may take longer. */
  private static final Duration SLACK = Duration.ofSeconds(4);

  @Test
  void workGoesOnWhileTheNameserviceIsDownAndWorkersAreRegisteredAgainAfterwards()
      throws Exception {
    ClusterProcess nameservice = cluster.startNameservice();
    cluster.startWorker("one", "wait", "reverse", "hash", "sum", "upper", "random_fact");
    cluster.startWorker("two", "wait", "reverse", "hash", "sum", "upper", "random_fact");
    cluster.startDispatcher();
    cluster.awaitWorkers("one", "two");
    Ledger ledger = new Ledger();
    Iterator<Job> jobs = Job.mixed(1, 10_000, 0.3).iterator();

    nameservice.kill();
    Instant end = Instant.now().plus(OUTAGE);
    await()
        .atMost(OUTAGE.multipliedBy(2))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              ledger.submit(cluster.client(), jobs.next());
              return Instant.now().isAfter(end);
            });
    ledger.settle(cluster.client(), Duration.ofSeconds(10));
    ledger.print("nameservice down for " + OUTAGE.toSeconds() + " s", cluster.retransmissions());
    ledger.assertKept();
    assertThat(ledger.acknowledged()).isGreaterThan(50);

    cluster.startNameservice();
    await().atMost(Duration.ofSeconds(20)).until(() -> registrations().size() == 4);
    Instant back = LogFolder.time(cluster.logs().grep(" nameservice listens on port ").getLast());
    for (String line : registrations().subList(2, 4)) {
      Duration after = Duration.between(back, LogFolder.time(line));
      System.out.printf("nameservice back: registered again after %d ms%n", after.toMillis());
      assertThat(after).isLessThan(SLACK);
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> answers().size() == 2);
    cluster.startWorker("three", "wait");
    cluster.awaitWorkers("one", "two", "three");
  }

  /** What the workers say when they are registered for the first time, or after a failure. */
  private List<String> registrations() {
    return cluster.logs().grep(" registered at ");
  }

  private List<String> answers() {
    return cluster.logs().grep(" dispatcher nameservice answers ");
  }
}
