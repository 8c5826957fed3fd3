package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.runtime.Backoff;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;

class RetryPolicyTest {
  private static final Outcome FAILED =
      new Outcome.Failed(new TaskError(TaskError.HANDLER_FAILED, "boom", true));
  private static final Outcome REFUSED =
      new Outcome.Failed(new TaskError(TaskError.INVALID_PAYLOAD, "a number is wanted", false));

  private final TestClock clock = new TestClock();
  private final RetryPolicy policy = new RetryPolicy(clock, new Random(1));

  @Test
  void aResultCompletesTheTask() {
    AttemptEnd end = policy.ended(task(0, 3), new Outcome.Completed(JsonText.NULL));

    assertThat(end.next()).isEqualTo(TaskState.COMPLETED);
    assertThat(end.counted()).isFalse();
  }

  @Test
  void aFailureIsRetriedAfterItsBackoffUntilTheLastAttempt() {
    AttemptEnd first = policy.ended(task(0, 3), FAILED);
    AttemptEnd second = policy.ended(task(1, 3), FAILED);
    AttemptEnd third = policy.ended(task(2, 3), FAILED);

    assertThat(first.next()).isEqualTo(TaskState.SCHEDULED);
    assertThat(first.readyAt()).isEqualTo(clock.instant().plusSeconds(1));
    assertThat(second.readyAt()).isEqualTo(clock.instant().plusSeconds(2));
    assertThat(third.next()).isEqualTo(TaskState.DEAD);
    assertThat(third.readyAt()).isNull();
    assertThat(first.counted()).isTrue();
  }

  @Test
  void anErrorThatIsNotRetryableIsFinalAtOnce() {
    assertThat(policy.ended(task(0, 3), REFUSED).next()).isEqualTo(TaskState.DEAD);
  }

  @Test
  void aLostAttemptGoesToAnotherWorkerAtOnce() {
    AttemptEnd end = policy.lost(task(0, 3), "silent");

    assertThat(end.next()).isEqualTo(TaskState.QUEUED);
    assertThat(end.counted()).isTrue();
  }

  @Test
  void atMostOnceMeansThatALostAttemptIsNotRepeated() {
    assertThat(policy.lost(task(0, 1), "silent").next()).isEqualTo(TaskState.DEAD);
  }

  @Test
  void anAttemptThatNeverRanDoesNotCount() {
    AttemptEnd end = policy.notRun(task(0, 1), TaskError.REJECTED, "busy");

    assertThat(end.next()).isEqualTo(TaskState.QUEUED);
    assertThat(end.counted()).isFalse();
  }

  @Test
  void aRetryThatWouldBeAfterTheDeadlineIsNotMade() {
    QueuedTask task = task(0, 3, clock.instant().plusSeconds(1));

    AttemptEnd end = policy.ended(task, FAILED);

    assertThat(end.next()).isEqualTo(TaskState.EXPIRED);
    assertThat(end.readyAt()).isNull();
    assertThat(end.counted()).isTrue();
  }

  @Test
  void aRetryThatIsInTimeIsMade() {
    QueuedTask task = task(0, 3, clock.instant().plusMillis(1001));

    assertThat(policy.ended(task, FAILED).next()).isEqualTo(TaskState.SCHEDULED);
  }

  @Test
  void whatEndsAfterTheDeadlineExpiresUnlessItHasAResultOrNoHope() {
    QueuedTask late = task(0, 1, clock.instant());

    assertThat(policy.ended(late, FAILED).next()).isEqualTo(TaskState.EXPIRED);
    assertThat(policy.lost(late, "silent").next()).isEqualTo(TaskState.EXPIRED);
    assertThat(policy.notRun(late, TaskError.REJECTED, "busy").next()).isEqualTo(TaskState.EXPIRED);
    assertThat(policy.ended(late, REFUSED).next()).isEqualTo(TaskState.DEAD);
    assertThat(policy.ended(late, new Outcome.Completed(JsonText.NULL)).next())
        .isEqualTo(TaskState.COMPLETED);
  }

  private static QueuedTask task(int failures, int maxAttempts) {
    return task(failures, maxAttempts, null);
  }

  private static QueuedTask task(int failures, int maxAttempts, @Nullable Instant deadline) {
    Backoff exact = new Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0);
    TaskRequest request =
        new TaskRequest(
            new TaskType("reverse"), JsonText.NULL, Duration.ofSeconds(30), maxAttempts, exact);
    TaskRequest inTime = request.with(TaskTerms.STANDARD.withDeadline(deadline));
    return new QueuedTask(new TaskId(1, 1), inTime, Instant.EPOCH, 1, failures, failures);
  }
}
