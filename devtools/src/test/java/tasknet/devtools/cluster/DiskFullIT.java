package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasknet.testkit.SmallDisk;

/** A disk that is full refuses tasks, loses none, and is used again when it has room. */
class DiskFullIT extends OnTestCluster {
  private static final Duration SOON = Duration.ofSeconds(30);

  private @Nullable SmallDisk small;
  private Path disk = Path.of("");

  @BeforeEach
  void mount() throws Exception {
    small = SmallDisk.mount(folder, 8);
    disk = small.path();
  }

  @AfterEach
  void unmount() throws Exception {
    cluster.close();
    if (small != null) {
      small.close();
    }
  }

  @Test
  void aFullDiskLosesNothingAndIsUsedAgainWhenItHasRoom() throws Exception {
    cluster.startNameservice();
    cluster.startWorker("waiter", "wait");
    cluster.startDispatcher(Map.of("TASKNET_DATA_DIR", disk.toString()));
    cluster.awaitWorkers("waiter");
    Ledger running = new Ledger();
    running.submitAll(cluster.client(), Job.waits(1, 40, 15, 18));
    await().atMost(SOON).until(() -> cluster.logs().running().size() == 40);
    Path ballast = fillUpTo(512 << 10);

    // Nobody runs these yet.
    Ledger waiting = new Ledger();
    int number = 0;
    while (!waiting.refused().containsKey("store-full")) {
      int first = number;
      number += 50;
      waiting.submitAll(
          cluster.client(),
          IntStream.range(first, number).mapToObj(it -> Job.hash(it + "x".repeat(700))).toList());
    }
    System.out.println("disk full: refused=" + waiting.refused());
    assertThat(waiting.acknowledged()).isGreaterThan(100);
    assertThat(cluster.logs().running()).hasSize(40);
    await().atMost(SOON).until(() -> cluster.logs().running().isEmpty());
    System.out.printf(
        "disk full: %d of 40 running tasks are recorded as ended before there is room%n",
        cluster.logs().grep(" dispatcher task completed ").size());
    Files.delete(ballast);
    waiting.submitPatiently(cluster.client(), Job.hash("there is room again"));
    cluster.startWorker("hasher", "hash");
    running.settle(cluster.client(), SOON);
    waiting.settle(cluster.client(), SOON.multipliedBy(2));

    running.print("disk full, running", cluster.retransmissions());
    waiting.print("disk full, waiting", cluster.retransmissions());
    running.assertKept();
    waiting.assertKept();
    assertThat(cluster.logs().runs().values()).containsOnly(1);
    assertThat(running.ended().values()).allSatisfy(task -> assertThat(task.attempts()).hasSize(1));
  }

  /** Writes a file that leaves {@code room} bytes: the last of it is filled in less than a run. */
  private Path fillUpTo(int room) throws IOException {
    long free = Files.getFileStore(disk).getUsableSpace();
    return Files.write(disk.resolve("ballast"), new byte[Math.toIntExact(free - room)]);
  }
}
