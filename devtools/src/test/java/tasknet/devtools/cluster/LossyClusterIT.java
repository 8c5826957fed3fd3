package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.client.TasknetClient;
import tasknet.task.TaskStatus;
import tasknet.testkit.Faults;
import tasknet.worker.Handlers;
import tasknet.worker.handler.TaskHandler;

/** Nothing is lost, repeated or mixed up, however many datagrams are. */
class LossyClusterIT {
  private static final int TASKS = 2000;
  private static final double LONGEST_WAIT = 0.3;
  private static final List<String> TYPES =
      List.of("reverse", "hash", "sum", "upper", "wait", "random_fact");

  /** Set to repeat a run that failed. */
  private static final String SEED = "tasknet.test.seed";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @ParameterizedTest(name = "{0} % loss")
  @ValueSource(ints = {0, 10, 30})
  void everyTaskEndsOnceWithItsOutcome(int percent) throws Exception {
    long seed = Long.getLong(SEED, RandomGenerator.getDefault().nextLong(1_000_000));
    String title = "lossy cluster, loss=" + percent + "% seed=" + seed;
    System.out.println(title + " begins");
    double loss = percent / 100.0;
    double damage = percent == 0 ? 0 : 0.02;
    Faults faults = new Faults(loss, 0.1, 0.1, 0.1, damage, Duration.ofMillis(30));
    CountedHandler.Runs runs = new CountedHandler.Runs();
    Ledger ledger = new Ledger();
    try (LossyCluster cluster = new LossyCluster(folder, seed, faults, counted(runs));
        TasknetClient client = new TasknetClient(cluster.start(TYPES))) {
      await().until(() -> client.workers().workers().size() == 2 * TYPES.size());
      long started = System.nanoTime();

      ledger.submitAll(client, Job.mixed(seed, TASKS, LONGEST_WAIT));
      ledger.settle(client, Duration.ofSeconds(90));

      Duration took = Duration.ofNanos(System.nanoTime() - started);
      ledger.print(title + " took=" + took.toMillis() + "ms", cluster.retransmissions());
      System.out.println(title + " network: " + cluster.faultsDone());
    }
    ledger.assertKept();
    assertThat(ledger.acknowledged()).isEqualTo(TASKS);
    assertThat(runs.byAttempt().values()).as("runs of one attempt").containsOnly(1);
    assertThat(runs.byAttempt())
        .hasSizeLessThanOrEqualTo(
            ledger.ended().values().stream().mapToInt(task -> task.attempts().size()).sum());
    if (percent == 0) {
      assertThat(ledger.ended().values()).allSatisfy(LossyClusterIT::assertOneAttempt);
    }
  }

  private static void assertOneAttempt(TaskStatus task) {
    assertThat(task.attempts()).as("attempts of %s", task).hasSize(1);
  }

  private static Handlers counted(CountedHandler.Runs runs) {
    Map<?, TaskHandler> all = Handlers.onClassPath().byType();
    return new Handlers(
        all.values().stream().map(handler -> new CountedHandler(handler, runs)).toList());
  }
}
