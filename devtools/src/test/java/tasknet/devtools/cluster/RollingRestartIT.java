package tasknet.devtools.cluster;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingInt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tasknet.task.TaskId;

/**
 * Every service is restarted, one after the other, while tasks come: a new version is installed.
 */
class RollingRestartIT extends OnTestCluster {
  private static final int PER_SECOND = 200;
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String[] TYPES = {"reverse", "hash", "sum", "upper", "wait", "random_fact"};
  private static final String[] WORKERS = {"one", "two", "three"};

  /** On a busy machine a worker may be silent for longer than usual without being lost. */
  private static final Map<String, String> PATIENT = Map.of("TASKNET_WORKER_LOST_AFTER", "30s");

  private final Ledger ledger = new Ledger();

  @Test
  void aRollingRestartOfEverythingLosesNothingAndRunsNothingTwice() throws Exception {
    ClusterProcess nameservice = cluster.startNameservice();
    Map<String, ClusterProcess> workers = new LinkedHashMap<>();
    for (String id : WORKERS) {
      workers.put(id, cluster.startWorker(id, TYPES));
    }
    ClusterProcess dispatcher = cluster.startDispatcher(PATIENT);
    cluster.awaitWorkers(WORKERS);
    var jobs = Job.mixed(17, 60_000, 1).iterator();
    try (SteadyLoad load = new SteadyLoad(ledger, cluster.client(), jobs, PER_SECOND)) {
      goOnFor(PER_SECOND, load);
      for (Map.Entry<String, ClusterProcess> worker : workers.entrySet()) {
        assertThat(worker.getValue().terminate()).as("%s", worker).isZero();
        worker.setValue(cluster.startWorker(worker.getKey(), TYPES));
        cluster.awaitWorkers(WORKERS);
        goOnFor(PER_SECOND, load);
      }
      assertThat(nameservice.terminate()).as("exit code of the nameservice").isZero();
      nameservice = cluster.startNameservice();
      goOnFor(PER_SECOND, load);
      assertThat(dispatcher.terminate()).as("exit code of the dispatcher").isZero();
      dispatcher = cluster.startDispatcher(PATIENT);
      cluster.awaitWorkers(WORKERS);
      goOnFor(PER_SECOND, load);
    }

    ledger.settle(cluster.client(), SOON);

    ledger.print("rolling restart", cluster.retransmissions());
    ledger.assertKept();
    assertThat(ledger.refused().keySet()).isSubsetOf("draining", "unreachable");
    assertThat(ledger.acknowledged()).isGreaterThan(6 * PER_SECOND);
    assertThat(runs()).allSatisfy((task, runs) -> assertThat(runs).as("runs").isEqualTo(1));
    assertThat(runs().keySet()).containsAll(ledger.ids());
    assertThat(dispatcher.isAlive() && nameservice.isAlive()).isTrue();
  }

  /** Until so many more tasks have been handed in. */
  private static void goOnFor(int tasks, SteadyLoad load) {
    int until = load.begun() + tasks;
    await().atMost(SOON).until(() -> load.begun() >= until);
  }

  /** How often each task was run, as the workers' logs tell. */
  private Map<TaskId, Integer> runs() {
    return cluster.logs().runs().entrySet().stream()
        .collect(groupingBy(run -> run.getKey().task(), summingInt(Map.Entry::getValue)));
  }
}
