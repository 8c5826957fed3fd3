package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tasknet.http.JsonClient;
import tasknet.registry.DeathAnswer;
import tasknet.registry.DeathReport;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.WorkerList;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskStatus;

/** kill -9 of a worker that somebody reports to the nameservice; silence is of no use here. */
class ReportedDeathIT extends OnTestCluster {
  private static final int TASKS = 60;
  private static final String CAUSE = "killed (exit code 137)";

  /**
   * No other way of noticing may help: neither silence nor the missing heartbeat ends an attempt.
   */
  private static final Map<String, String> PATIENT = Map.of("TASKNET_WORKER_LOST_AFTER", "60s");

  @Test
  void whatAReportedWorkerHadRunsElsewhereAtOnce() throws Exception {
    cluster.startNameservice();
    ClusterProcess victim = cluster.startWorker("victim", "wait");
    cluster.startWorker("survivor", "wait");
    cluster.startDispatcher(PATIENT);
    cluster.awaitWorkers("victim", "survivor");
    Ledger ledger = new Ledger();
    ledger.submitAll(cluster.client(), Job.waits(1, TASKS, 3, 4));
    await().until(() -> cluster.logs().running().size() == TASKS);
    long epoch = epochOf("victim");

    Instant killed = victim.kill();
    assertThat(report("victim", epoch)).isEqualTo(new DeathAnswer(true, true));
    ledger.settle(cluster.client(), Duration.ofSeconds(30));

    List<Duration> untilElsewhere = new ArrayList<>();
    for (TaskStatus task : ledger.ended().values()) {
      AttemptStatus first = task.attempts().getFirst();
      if (first.worker().equals("victim")) {
        assertThat(Objects.requireNonNull(first.error()).message())
            .isEqualTo("worker victim died: " + CAUSE);
        assertThat(task.attempts()).extracting(AttemptStatus::worker).contains("survivor");
        untilElsewhere.add(Duration.between(killed, task.attempts().get(1).startedAt()));
      } else {
        assertThat(task.attempts()).hasSize(1);
      }
    }
    ledger.print("reported death", cluster.retransmissions());
    System.out.printf(
        "reported death: %d tasks ran elsewhere after %s%n",
        untilElsewhere.size(), Distribution.of(untilElsewhere));
    ledger.assertKept();
    assertThat(untilElsewhere).hasSizeGreaterThan(TASKS / 5);
    assertThat(cluster.logs().runs().values()).containsOnly(1);
    assertThat(cluster.freeWorkers()).isEqualTo(Set.of("survivor"));
  }

  @Test
  void aReportWhileTheDispatcherIsDownIsHeardAfterItsStart() throws Exception {
    cluster.startNameservice();
    ClusterProcess victim = cluster.startWorker("victim", "wait");
    ClusterProcess dispatcher = cluster.startDispatcher(PATIENT);
    cluster.awaitWorkers("victim");
    Ledger ledger = new Ledger();
    ledger.submitAll(cluster.client(), Job.waits(1, 10, 3, 4));
    await().until(() -> cluster.logs().running().size() == 10);
    cluster.startWorker("survivor", "wait");
    cluster.awaitWorkers("victim", "survivor");
    long epoch = epochOf("victim");

    dispatcher.kill();
    victim.kill();
    report("victim", epoch);
    cluster.startDispatcher(PATIENT);
    ledger.settle(cluster.client(), Duration.ofSeconds(30));

    ledger.print("reported while down", cluster.retransmissions());
    ledger.assertKept();
    for (TaskStatus task : ledger.ended().values()) {
      assertThat(task.attempts())
          .extracting(AttemptStatus::worker)
          .containsExactly("victim", "survivor");
      assertThat(Objects.requireNonNull(task.attempts().getFirst().error()).message())
          .contains(CAUSE);
    }
  }

  @Test
  void aLivingWorkerThatIsReportedComesBackAndNothingIsRecordedTwice() throws Exception {
    cluster.startNameservice();
    cluster.startWorker("accused", "wait");
    cluster.startWorker("other", "wait");
    cluster.startDispatcher(PATIENT);
    cluster.awaitWorkers("accused", "other");
    Ledger ledger = new Ledger();
    ledger.submitAll(cluster.client(), Job.waits(1, 20, 2, 3));
    await().until(() -> cluster.logs().running().size() == 20);

    report("accused", epochOf("accused"));
    cluster.awaitWorkers("accused", "other");
    ledger.settle(cluster.client(), Duration.ofSeconds(30));

    ledger.print("reported in error", cluster.retransmissions());
    ledger.assertKept();
    assertThat(cluster.stats().path("attempts").path("completed").asInt()).isEqualTo(20);
  }

  /** As monitoring would. */
  private DeathAnswer report(String worker, long epoch) throws Exception {
    try (JsonClient nameservice = new JsonClient(cluster.nameservice(), Duration.ofSeconds(5))) {
      return nameservice.post(
          "/workers/" + worker + "/death", new DeathReport(epoch, CAUSE), DeathAnswer.class);
    }
  }

  private long epochOf(String worker) throws Exception {
    try (JsonClient nameservice = new JsonClient(cluster.nameservice(), Duration.ofSeconds(5))) {
      return nameservice.get("/workers", WorkerList.class).workers().stream()
          .filter(it -> it.id().name().equals(worker))
          .map(RegisteredWorker::registration)
          .findFirst()
          .orElseThrow()
          .epoch();
    }
  }
}
