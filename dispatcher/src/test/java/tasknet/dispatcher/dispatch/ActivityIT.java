package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.dispatch.TaskActivity.Figures;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.TaskLatency;
import tasknet.task.TaskLatency.Percentiles;
import tasknet.task.TaskRequest;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/** How long tasks wait, run and take in all, as the loop sees it. */
@Timeout(60)
class ActivityIT {
  private static final TaskType HASH = new TaskType("hash");

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 1, "hash");

  @SuppressWarnings("NullAway.Init")
  private LoopUnderTest dispatcher;

  @BeforeEach
  void start() {
    dispatcher = new LoopUnderTest(folder);
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    worker.close();
  }

  @Test
  void aTaskThatWaitedForAWorkerWaitedSinceItWasSubmitted() {
    dispatcher.submit("hash");
    dispatcher.pass(Duration.ofSeconds(2));
    dispatcher.register(worker);
    AttemptId attempt = worker.expectExecute().attempt();
    worker.accept(attempt);
    dispatcher.pass(Duration.ofSeconds(1));
    worker.complete(attempt, "1");
    worker.expectAck(attempt);

    TaskLatency latency = latency();
    assertIsAbout(latency.waited(), 2_000);
    assertIsAbout(latency.run(), 1_000);
    assertIsAbout(latency.total(), 3_000);
    assertThat(recent().rates().completed()).isEqualTo(1 / 3.0);
  }

  @Test
  void aDelayIsNoWait() {
    dispatcher.register(worker);
    dispatcher.submit(
        TaskRequest.of(HASH, new JsonText("1"))
            .with(
                TaskTerms.STANDARD.withRunAt(
                    dispatcher.clock.instant().plus(Duration.ofSeconds(1)))));
    dispatcher.pass(Duration.ofSeconds(1));
    AttemptId attempt = worker.expectExecute().attempt();
    worker.complete(attempt, "1");
    worker.expectAck(attempt);

    TaskLatency latency = latency();
    assertThat(Objects.requireNonNull(latency.waited()).p99()).isLessThan(LoopUnderTest.TICK);
    assertIsAbout(latency.total(), 1_000);
  }

  @Test
  void anAttemptFromBeforeARestartRanSinceItBegan() {
    dispatcher.register(worker);
    dispatcher.submit("hash");
    AttemptId attempt = worker.expectExecute().attempt();
    dispatcher.settle();
    dispatcher.kill();
    dispatcher.clock.advance(Duration.ofSeconds(2));
    dispatcher.start();
    dispatcher.register(worker);
    worker.complete(attempt, "1");
    worker.expectAck(attempt);

    assertIsAbout(latency().run(), 2_000);
    assertIsAbout(latency().total(), 2_000);
  }

  private TaskLatency latency() {
    return Objects.requireNonNull(recent().latency());
  }

  private Figures recent() {
    dispatcher.settle();
    return Objects.requireNonNull(LoopUnderTest.get(dispatcher.loop().recent()).of(HASH));
  }

  private static void assertIsAbout(@Nullable Percentiles given, long millis) {
    assertThat(Objects.requireNonNull(given).p95().toMillis())
        .isCloseTo(millis, Percentage.withPercentage(4));
  }
}
