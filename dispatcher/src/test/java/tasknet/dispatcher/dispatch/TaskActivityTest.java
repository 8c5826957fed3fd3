package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tasknet.dispatcher.dispatch.TaskActivity.Figures;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskLatency.Percentiles;
import tasknet.task.TaskRates;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;

class TaskActivityTest {
  private static final TaskType HASH = new TaskType("hash");
  private static final TaskType UPPER = new TaskType("upper");

  private final TestClock clock = new TestClock();
  private final TaskActivity activity = new TaskActivity(clock.nanoTime());
  private long tasks;

  @Test
  void nothingIsKnownOfNothing() {
    assertThat(snapshot().all()).isEqualTo(Figures.NONE);
    assertThat(snapshot().of(HASH)).isEqualTo(Figures.NONE);
  }

  @Test
  void aTasksWaitRunAndTotalAreTold() {
    run(HASH, Duration.ofMillis(20), Duration.ofSeconds(3));

    Figures recent = known(snapshot().of(HASH));
    assertIsAbout(known(recent.latency()).waited(), Duration.ofMillis(20));
    assertIsAbout(known(recent.latency()).run(), Duration.ofSeconds(3));
    assertIsAbout(known(recent.latency()).total(), Duration.ofMillis(3020));
    assertThat(snapshot().all()).isEqualTo(recent);
    assertThat(snapshot().of(UPPER)).isEqualTo(Figures.NONE);
  }

  @Test
  void percentilesAreOfAllTypesTogetherAndOfEach() {
    for (int count = 0; count < 90; count++) {
      run(HASH, Duration.ZERO, Duration.ofMillis(1));
    }
    for (int count = 0; count < 10; count++) {
      run(UPPER, Duration.ZERO, Duration.ofMillis(100));
    }

    Percentiles all = known(known(snapshot().all().latency()).run());
    assertThat(all.p50().toNanos()).isCloseTo(1_000_000, Percentage.withPercentage(3.2));
    assertThat(all.p95().toNanos()).isCloseTo(100_000_000, Percentage.withPercentage(3.2));
    assertIsAbout(known(known(snapshot().of(HASH)).latency()).run(), Duration.ofMillis(1));
  }

  @Test
  void aRateIsOfTheTimeSinceTheStartUntilThatIsAMinute() {
    activity.submitted(HASH);
    activity.submitted(HASH);
    assertThat(rates().submitted()).as("of the first moment").isEqualTo(2);
    pass(Duration.ofSeconds(4));
    assertThat(rates().submitted()).isEqualTo(0.5);
    pass(Duration.ofSeconds(36));
    assertThat(rates().submitted()).isEqualTo(2 / 40.0);
  }

  @Test
  void whatIsLongerAgoThanAMinuteDoesNotCount() {
    run(HASH, Duration.ZERO, Duration.ofMillis(1));
    pass(Duration.ofSeconds(55));
    run(HASH, Duration.ZERO, Duration.ofMillis(50));
    assertThat(rates().completed()).isCloseTo(2 / 55.0, within(1e-3));

    pass(Duration.ofSeconds(10));
    assertThat(rates().completed()).isCloseTo(1 / 55.0, within(1e-3));
    assertIsAbout(known(snapshot().all().latency()).run(), Duration.ofMillis(50));

    pass(Duration.ofHours(1));
    assertThat(snapshot().all()).isEqualTo(Figures.NONE);
  }

  @Test
  void aSteadyLoadHasASteadyRate() {
    for (int tick = 0; tick < 2_000; tick++) {
      activity.submitted(HASH);
      pass(Duration.ofMillis(100));
      if (tick > 20) {
        assertThat(rates().submitted()).isCloseTo(10, within(0.5));
      }
    }
  }

  @Test
  void failedAndLostAttemptsCountAndThoseThatDidNotRunDoNot() {
    QueuedTask task = queued(HASH);
    end(task, failed(task, TaskState.SCHEDULED, true));
    end(task, failed(task, TaskState.QUEUED, false));
    pass(Duration.ofSeconds(1));

    assertThat(rates()).isEqualTo(new TaskRates(0, 0, 1));
    assertThat(known(snapshot().all().latency()).total()).isNull();
    end(task, failed(task, TaskState.DEAD, true));
    assertThat(known(snapshot().all().latency()).total()).isNotNull();
  }

  @Test
  void aClockThatIsSetBackMakesNoTimeOfIt() {
    QueuedTask task = queued(HASH);
    activity.begun(task, clock.instant().minusSeconds(60));

    Percentiles waited = known(known(snapshot().all().latency()).waited());
    assertThat(waited.p99()).isLessThan(Duration.ofMillis(1));
  }

  @Test
  void anyNumberOfTypesIsAHundredAndOthers() {
    for (int number = 0; number < 150; number++) {
      activity.submitted(new TaskType("type-" + number));
    }
    TaskActivity.Snapshot recent = snapshot();
    assertThat(recent.types()).hasSize(TaskActivity.TYPES);
    assertThat(recent.all().rates().submitted()).isEqualTo(150);
    assertThat(recent.of(new TaskType("type-99"))).isNotNull();
    assertThat(recent.of(new TaskType("type-120"))).as("who knows").isNull();

    pass(Duration.ofMinutes(2));
    activity.submitted(HASH);
    assertThat(snapshot().types()).hasSize(TaskActivity.TYPES);
    assertThat(known(snapshot().of(HASH)).rates().submitted()).isPositive();
  }

  @Test
  void aHistogramCountsEachTimeInItsBucket() {
    run(HASH, Duration.ofMillis(1), Duration.ofMillis(2));
    run(HASH, Duration.ZERO, Duration.ofHours(2));
    QueuedTask task = queued(HASH);
    end(task, failed(task, TaskState.DEAD, true));

    activity.forEach(
        (type, each) -> {
          if (type.equals("hash")) {
            long[] completed = each.completedAttempts().counts();
            assertThat(completed).hasSize(each.waits().bounds().length + 1);
            assertThat(completed[1]).as("up to 2.5 ms").isOne();
            assertThat(completed[completed.length - 1]).as("above all bounds").isOne();
            assertThat(each.completedAttempts().sum()).isEqualTo(7200.002);
            assertThat(each.waits().counts()[0]).as("a bound is in its bucket").isEqualTo(2);
            assertThat(each.failedAttempts().counts()[0]).isOne();
            assertThat(each.totals().counts()[0]).isOne();
          } else {
            assertThat(type).isEqualTo(TaskActivity.OTHER_TYPES);
            assertThat(each.totals().counts()).containsOnly(0);
          }
        });
  }

  private void pass(Duration duration) {
    clock.advance(duration);
    assertThat(activity.turn(clock.nanoTime())).isGreaterThan(clock.nanoTime());
  }

  private TaskActivity.Snapshot snapshot() {
    return activity.snapshot(clock.nanoTime());
  }

  private TaskRates rates() {
    return snapshot().all().rates();
  }

  private void run(TaskType type, Duration wait, Duration run) {
    QueuedTask task = queued(type);
    Instant begun = task.queuedAt().plus(wait);
    activity.begun(task, begun);
    AttemptEnd end =
        new AttemptEnd(
            task.nextAttempt(),
            begun.plus(run),
            new Outcome.Completed(JsonText.NULL),
            TaskState.COMPLETED,
            null,
            false);
    activity.ended(task, begun, end, end);
  }

  private void end(QueuedTask task, AttemptEnd end) {
    activity.ended(task, task.queuedAt(), end, end);
  }

  private AttemptEnd failed(QueuedTask task, TaskState next, boolean counted) {
    TaskError error = new TaskError("handler-failed", "no", true);
    return new AttemptEnd(
        task.nextAttempt(),
        clock.instant(),
        new Outcome.Failed(error),
        next,
        next == TaskState.SCHEDULED ? clock.instant() : null,
        counted);
  }

  private QueuedTask queued(TaskType type) {
    return new QueuedTask(
        new TaskId(1, ++tasks), TaskRequest.of(type, JsonText.NULL), clock.instant(), tasks, 0, 0);
  }

  private static void assertIsAbout(@Nullable Percentiles given, Duration expected) {
    Percentiles percentiles = known(given);
    assertThat(percentiles.p50()).isEqualTo(percentiles.p95()).isEqualTo(percentiles.p99());
    assertThat(percentiles.p50().toNanos())
        .isCloseTo(expected.toNanos(), Percentage.withPercentage(3.2));
  }

  private static <T> T known(@Nullable T value) {
    return Objects.requireNonNull(value);
  }
}
