package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tasknet.client.TasknetClient;

/** {@code tasknet up} and {@code tasknet demo} as processes: started twice, stopped under load. */
class UpIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  private final Deque<TasknetProcess> processes = new ArrayDeque<>();

  @AfterEach
  void killWhatIsLeft() {
    processes.forEach(TasknetProcess::close);
  }

  @Test
  void aSecondOneOnTheSameDataSaysWhoHasItAndDisturbsNothing() throws Exception {
    TasknetProcess first = start("first", folder.resolve("data"), "up", "--port", "0");
    URI dispatcher = first.awaitReady();

    ClusterProcess second = start("second", folder.resolve("data"), "up", "--port", "0").process();

    assertThat(second.exitCode()).isOne();
    assertThat(second.output())
        .contains(
            "tasknet: ",
            "the store in "
                + folder.resolve("data")
                + " is used by process "
                + first.process().pid(),
            "use another folder")
        .doesNotContain("Exception");
    assertThatItWorks(dispatcher);
    assertThat(first.process().terminate()).isZero();
  }

  @Test
  void aSecondOneOnTheSamePortsNamesThePortThatIsTaken() throws Exception {
    List<Integer> ports = TestCluster.freePorts(3);
    String[] arguments = {
      "up",
      "--dispatcher-port",
      "" + ports.get(0),
      "--nameservice-port",
      "" + ports.get(1),
      "--monitoring-port",
      "" + ports.get(2)
    };
    TasknetProcess first = start("first", folder.resolve("data"), arguments);
    URI dispatcher = first.awaitReady();
    assertThat(dispatcher).hasPort(ports.getFirst());

    ClusterProcess second = start("second", folder.resolve("other"), arguments).process();

    assertThat(second.exitCode()).isOne();
    assertThat(second.output())
        .isEqualTo(
            "tasknet: port "
                + ports.get(1)
                + " for the nameservice is taken by another program; choose others with"
                + " --nameservice-port N, or any free ones with --port 0\n");
    assertThatItWorks(dispatcher);
    assertThat(first.process().terminate()).isZero();
  }

  @Test
  void stoppedUnderLoadItExitsCleanlyAndLosesNothing() throws Exception {
    TasknetProcess first = start("first", folder.resolve("data"), "up", "--port", "0");
    Ledger ledger = new Ledger();
    AtomicBoolean stopped = new AtomicBoolean();
    try (TasknetClient client = new TasknetClient(first.awaitReady())) {
      List<Job> jobs = Job.mixed(1, 100_000, 2);
      Thread load =
          Thread.startVirtualThread(
              () ->
                  jobs.stream()
                      .takeWhile(_ -> !stopped.get())
                      .forEach(job -> ledger.submitQuietly(client, job)));
      await().atMost(Duration.ofSeconds(30)).until(() -> ledger.acknowledged() > 300);

      long before = System.nanoTime();
      assertThat(first.process().terminate()).isZero();
      System.out.printf(
          "up stopped under load after %d ms: %s%n",
          Duration.ofNanos(System.nanoTime() - before).toMillis(), ledger.refused());
      stopped.set(true);
      load.join();
    }

    TasknetProcess second = start("second", folder.resolve("data"), "up", "--port", "0");
    try (TasknetClient client = new TasknetClient(second.awaitReady())) {
      ledger.settle(client, Duration.ofSeconds(60));
    }
    ledger.print("up stopped under load and started again", -1);
    ledger.assertKept();
    assertThat(new LogFolder(folder.resolve("logs")).runs().values()).containsOnly(1);
    assertThat(second.process().terminate()).isZero();
  }

  @Test
  void theDemoEndsWithZero() throws Exception {
    ClusterProcess demo =
        start("demo", folder.resolve("data"), "demo", "--exit", "--port", "0").process();

    assertThat(demo.exitCode()).as("exit code; the output is: %s", demo.output()).isZero();
    assertThat(demo.output()).contains("ready dispatcher=http://localhost:");
  }

  private void assertThatItWorks(URI dispatcher) throws InterruptedException {
    Ledger ledger = new Ledger();
    try (TasknetClient client = new TasknetClient(dispatcher)) {
      ledger.submitAll(client, Job.mixed(1, 50, 0.1));
      ledger.settle(client, Duration.ofSeconds(20));
    }
    ledger.assertKept();
    assertThat(ledger.acknowledged()).isEqualTo(50);
  }

  private TasknetProcess start(String name, Path data, String... arguments) throws IOException {
    TasknetProcess process = TasknetProcess.start(name, folder, data, arguments);
    processes.push(process);
    return process;
  }
}
