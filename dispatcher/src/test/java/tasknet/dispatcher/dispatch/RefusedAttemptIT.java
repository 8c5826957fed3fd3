package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.AttemptId;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.wire.Message;
import tasknet.wire.Message.Rejection;

/** Workers that refuse an attempt, or do not know it. */
@Timeout(60)
class RefusedAttemptIT {
  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker one = ScriptedWorker.open("worker-1", 1, "hash");
  private final ScriptedWorker two = ScriptedWorker.open("worker-2", 1, "hash");

  @BeforeEach
  void start() {
    dispatcher = new LoopUnderTest(folder);
  }

  @AfterEach
  void stop() {
    dispatcher.assertSound();
    dispatcher.close();
    one.close();
    two.close();
  }

  @ParameterizedTest
  @EnumSource(value = Rejection.class, names = "MALFORMED", mode = EnumSource.Mode.EXCLUDE)
  void whatAWorkerRefusesGoesToAnotherOneAndDoesNotCount(Rejection reason) {
    dispatcher.register(one, two);
    one.free(0);
    two.free(0);
    TaskId task = dispatcher.submit("hash", 1);
    ScriptedWorker first = one.heard(Message.Execute.class).isEmpty() ? two : one;
    ScriptedWorker second = first == one ? two : one;
    first.reject(attempt(task, 1), reason);

    second.expectExecute(attempt(task, 2));
    second.complete(attempt(task, 2), "1");
    second.expectAck(attempt(task, 2));

    TaskStatus status = dispatcher.task(task);
    assertThat(status.state()).isEqualTo(TaskState.COMPLETED);
    assertThat(status.attempts())
        .extracting(AttemptStatus::worker)
        .containsExactly(first.name(), second.name());
    assertThat(Objects.requireNonNull(status.attempts().getFirst().error()).code())
        .isEqualTo(TaskError.REJECTED);
    assertThat(dispatcher.loop().counters().notRun()).isEqualTo(1);
  }

  @Test
  void aWorkerThatRefusedGetsNothingForAMoment() {
    dispatcher.register(one);
    one.free(0);
    TaskId task = dispatcher.submit("hash");
    one.reject(attempt(task, 1), Rejection.BUSY);
    dispatcher.settle();
    assertThat(one.heard(Message.Execute.class)).hasSize(1);
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.QUEUED);

    dispatcher.pass(Duration.ofMillis(1200)); // its credit of 0 is old then

    one.expectExecute(attempt(task, 2));
  }

  @Test
  void aWorkerThatSaysItIsFreeAgainIsBelieved() {
    dispatcher.register(one);
    one.free(0);
    TaskId task = dispatcher.submit("hash");
    one.reject(attempt(task, 1), Rejection.BUSY);
    dispatcher.settle();
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.QUEUED);

    one.free(1);
    one.complete(attempt(dispatcher.newId(), 1), "1"); // of another dispatcher's, say

    one.expectExecute(attempt(task, 2));
  }

  @Test
  void whatIsMalformedForAWorkerIsDeadAtOnce() {
    dispatcher.register(one, two);
    TaskId task = dispatcher.submit("hash");
    ScriptedWorker first = one.heard(Message.Execute.class).isEmpty() ? two : one;
    first.reject(attempt(task, 1), Rejection.MALFORMED);
    dispatcher.settle();

    TaskStatus status = dispatcher.task(task);
    assertThat(status.state()).isEqualTo(TaskState.DEAD);
    assertThat(status.error()).isEqualTo(new TaskError(TaskError.REJECTED, "No.", false));
    assertThat(first.heard(Message.ResultAck.class)).as("only results are acknowledged").isEmpty();
  }

  @Test
  void anAttemptThatItsWorkerForgotIsLostAndCounts() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash", 2);
    one.accept(attempt(task, 1));
    one.unknown(attempt(task, 1));
    one.expectExecute(attempt(task, 2));
    one.accept(attempt(task, 2));
    one.unknown(attempt(task, 2));
    dispatcher.settle();

    TaskStatus status = dispatcher.task(task);
    assertThat(status.state()).isEqualTo(TaskState.DEAD);
    assertThat(Objects.requireNonNull(status.error()).code()).isEqualTo(TaskError.WORKER_LOST);
    assertThat(dispatcher.loop().counters().lost()).isEqualTo(2);
  }

  @Test
  void aLateRefusalOfAnOldAttemptChangesNothing() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    AttemptId old = attempt(task, 1);
    one.unknown(old);
    one.expectExecute(attempt(task, 2));
    one.reject(old, Rejection.MALFORMED);
    one.unknown(old);
    dispatcher.settle();

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
    assertThat(dispatcher.task(task).attempts()).hasSize(2);
  }

  @Test
  void aWorkerThatRunsAnAttemptNobodyWantsIsToldToStop() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    one.unknown(attempt(task, 1));
    one.expectExecute(attempt(task, 2));

    one.accept(attempt(task, 1));

    one.expectCancel(attempt(task, 1));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
  }
}
