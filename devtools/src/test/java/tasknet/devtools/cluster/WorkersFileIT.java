package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tasknet.client.TasknetClient;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;
import tasknet.task.TypeStatus;

/** What {@code workers.json} says of types holds over all workers. */
class WorkersFileIT extends OnTestCluster {
  private static final int MOST = 5;
  private static final double RATE = 20;

  @Test
  void theLimitsOfATypeHoldOverTheWholeFleet() throws Exception {
    cluster.startNameservice();
    cluster.startWorker("one", "wait", "reverse");
    cluster.startWorker("two", "wait", "reverse");
    cluster.startDispatcher(Map.of("TASKNET_WORKERS_FILE", workers().toString()));
    cluster.awaitWorkers("one", "two");
    Ledger limited = new Ledger();
    limited.submitAll(cluster.client(), Job.waits(1, 60, 0.05, 0.4));
    Ledger unlimited = new Ledger();
    List<Job> others = new ArrayList<>();
    for (int number = 0; number < 100; number++) {
      others.add(Job.reverse("text " + number));
    }
    unlimited.submitAll(cluster.client(), others);
    unlimited.settle(cluster.client(), Duration.ofSeconds(20));
    limited.settle(cluster.client(), Duration.ofSeconds(60));

    limited.print("at most " + MOST + " at once", cluster.retransmissions());
    limited.assertKept();
    unlimited.assertKept();
    List<AttemptStatus> attempts =
        limited.ended().values().stream()
            .flatMap((TaskStatus task) -> task.attempts().stream())
            .sorted(Comparator.comparing(AttemptStatus::startedAt))
            .toList();
    assertThat(attempts).extracting(AttemptStatus::worker).contains("one", "two");
    assertThat(attempts)
        .allSatisfy(
            attempt ->
                assertThat(runningAt(attempt.startedAt(), attempts)).isBetween(1L, 0L + MOST));
    assertThatStartsKeepToTheRate(attempts);
    assertThat(lastEnd(unlimited)).isBefore(lastEnd(limited));
  }

  @Test
  void upHandsItsFileOnToTheDispatcher() throws Exception {
    try (TasknetProcess up =
            TasknetProcess.start(
                "up",
                folder,
                folder.resolve("data"),
                "up",
                "--port",
                "0",
                "--workers",
                workers().toString());
        TasknetClient client = new TasknetClient(up.awaitReady())) {
      TypeStatus wait =
          client.types().types().stream()
              .filter(type -> type.type().equals(new TaskType("wait")))
              .findFirst()
              .orElseThrow();

      assertThat(wait.limits()).isEqualTo(new TypeStatus.Limits(MOST, RATE, null));
      assertThat(Objects.requireNonNull(wait.defaults()).timeout())
          .isEqualTo(Duration.ofSeconds(9));
    }
  }

  private Path workers() throws IOException {
    return Files.writeString(
        folder.resolve("workers.json"),
        """
        {"workers": [{"name": "wait", "active": true, "timeout": "9s",
                      "limits": {"running": %d, "startsPerSecond": %s}}]}
        """
            .formatted(MOST, RATE));
  }

  /** By the dispatcher's clock, which writes both instants down. */
  private static long runningAt(Instant instant, List<AttemptStatus> attempts) {
    return attempts.stream()
        .filter(it -> !it.startedAt().isAfter(instant))
        .filter(it -> Objects.requireNonNull(it.endedAt()).isAfter(instant))
        .count();
  }

  private static void assertThatStartsKeepToTheRate(List<AttemptStatus> attempts) {
    for (int first = 0; first < attempts.size(); first++) {
      for (int last = first; last < attempts.size(); last++) {
        Duration between =
            Duration.between(attempts.get(first).startedAt(), attempts.get(last).startedAt());
        // The tokens are counted on another clock, a moment before the start is written down.
        double seconds = between.toNanos() / 1e9 + 0.5;
        assertThat(last - first + 1.0).isLessThanOrEqualTo(seconds * RATE + RATE);
      }
    }
  }

  private static Instant lastEnd(Ledger ledger) {
    return ledger.ended().values().stream()
        .flatMap((TaskStatus task) -> task.attempts().stream())
        .map(attempt -> Objects.requireNonNull(attempt.endedAt()))
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }
}
