package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tasknet.task.AttemptId;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskError;
import tasknet.task.TaskId;

/**
 * kill -9 of the dispatcher: nothing that was acknowledged is lost, nothing that ran runs again.
 */
class DispatcherKillIT extends OnTestCluster {
  private static final int TASKS = 1000;
  private static final int KILLS = 3;

  @Test
  void everyAcknowledgedTaskEndsOnceAndRunningAttemptsAreNotRunAgain() throws Exception {
    cluster.startNameservice();
    cluster.startWorker("waiter", "wait");
    cluster.startWorker("other", "reverse", "hash", "sum", "upper", "random_fact");
    ClusterProcess dispatcher = cluster.startDispatcher();
    cluster.awaitWorkers("waiter", "other");
    Ledger ledger = new Ledger();
    List<Job> jobs = new ArrayList<>(Job.mixed(1, TASKS / 2, 1));
    jobs.addAll(Job.waits(2, TASKS / 2, 0.2, 1.5));
    Collections.shuffle(jobs, new Random(3));
    AtomicInteger next = new AtomicInteger();
    List<Thread> submitters = new ArrayList<>();
    for (int number = 0; number < 8; number++) {
      submitters.add(Thread.startVirtualThread(() -> submit(ledger, jobs, next)));
    }

    Set<TaskId> runningAtAKill = new HashSet<>();
    for (int kill = 1; kill <= KILLS; kill++) {
      int enough = kill * TASKS / (KILLS + 1);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> ledger.acknowledged() >= enough && cluster.logs().running().size() > 10);
      Instant killed = dispatcher.kill();
      Set<AttemptId> running = cluster.logs().running();
      running.forEach(attempt -> runningAtAKill.add(attempt.task()));
      dispatcher = cluster.startDispatcher();
      System.out.printf(
          "dispatcher kill %d: acknowledged=%d running=%d, answers again after %d ms%n",
          kill,
          ledger.acknowledged(),
          running.size(),
          Duration.between(killed, Instant.now()).toMillis());
    }
    for (Thread submitter : submitters) {
      submitter.join();
    }
    ledger.settle(cluster.client(), Duration.ofSeconds(60));

    ledger.print("dispatcher killed " + KILLS + " times", cluster.retransmissions());
    ledger.assertKept();
    assertThat(cluster.logs().runs().values()).as("runs of one attempt").containsOnly(1);
    assertThat(runningAtAKill).hasSizeGreaterThan(10);
    assertThat(cluster.logs().runs().keySet())
        .extracting(AttemptId::task)
        .filteredOn(runningAtAKill::contains)
        .as("runs of tasks that were running at a kill")
        .containsExactlyInAnyOrderElementsOf(runningAtAKill);
    assertThat(ledger.ended().values())
        .filteredOn(task -> runningAtAKill.contains(task.id()))
        .as("but for attempts that were begun and not sent when the kill came")
        .allSatisfy(
            task -> assertThat(task.attempts()).filteredOn(this::reachedAWorker).hasSize(1));
  }

  private boolean reachedAWorker(AttemptStatus attempt) {
    return attempt.error() == null || !attempt.error().code().equals(TaskError.UNDELIVERED);
  }

  /** Goes on while the dispatcher is down: what it refuses then is not owed. */
  private void submit(Ledger ledger, List<Job> jobs, AtomicInteger next) {
    for (int index = next.getAndIncrement(); index < jobs.size(); index = next.getAndIncrement()) {
      ledger.submitPatiently(cluster.client(), jobs.get(index));
    }
  }
}
