package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.FaultyStore.Write;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.wire.Message;

/** A dispatcher that is killed and started again asks first, and runs again what is unknown. */
@Timeout(60)
class RecoveryIT {
  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 4, "hash");

  @BeforeEach
  void start() {
    dispatcher = new LoopUnderTest(folder);
    dispatcher.register(worker);
  }

  @AfterEach
  void stop() {
    dispatcher.assertSound();
    dispatcher.close();
    worker.close();
  }

  @Test
  void anAttemptThatEndedInTheMeantimeIsRecorded() {
    AttemptId attempt = running(3);
    restart();
    worker.expectProbe(attempt);
    worker.complete(attempt, "\"kept\"");
    worker.expectAck(attempt);

    TaskStatus status = dispatcher.task(attempt.task());
    assertThat(status.state()).isEqualTo(TaskState.COMPLETED);
    assertThat(status.result()).isEqualTo(new JsonText("\"kept\""));
    assertThat(status.attempts()).hasSize(1);
    assertThat(worker.heard(Message.Execute.class)).hasSize(1);
  }

  @Test
  void anAttemptThatStillRunsGoesOn() {
    AttemptId attempt = running(1);
    restart();
    worker.expectProbe(attempt);
    worker.accept(attempt);
    dispatcher.register(worker);
    dispatcher.pass(Duration.ofSeconds(1));
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.RUNNING);

    worker.complete(attempt, "1");
    worker.expectAck(attempt);
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.COMPLETED);
  }

  @Test
  void anAttemptThatNeverArrivedIsRepeatedAndDoesNotCount() {
    AttemptId attempt = running(1);
    restart();
    worker.expectProbe(attempt);
    worker.unknown(attempt);
    dispatcher.settle();
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.QUEUED);
    dispatcher.register(worker);

    worker.expectExecute(attempt(attempt.task(), 2));
    TaskError error =
        Objects.requireNonNull(dispatcher.task(attempt.task()).attempts().getFirst().error());
    assertThat(error.code()).isEqualTo(TaskError.UNDELIVERED);
  }

  @Test
  void anAttemptThatItsWorkerMayHaveForgottenIsLostAndCounts() {
    AttemptId attempt = running(1);
    dispatcher.kill();
    dispatcher.clock.advance(Duration.ofMinutes(15));
    dispatcher.start();
    worker.dispatcherAt(dispatcher.address());
    worker.expectProbe(attempt);
    worker.unknown(attempt);
    dispatcher.settle();

    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.DEAD);
  }

  @Test
  void anAttemptWhoseWorkerIsSilentIsLostAndCounts() {
    AttemptId attempt = running(1);
    worker.close();
    restart();
    dispatcher.pass(Duration.ofMillis(1475));
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.RUNNING);
    dispatcher.pass(Duration.ofMillis(50));

    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.DEAD);
  }

  @Test
  void anAttemptWhoseWorkerIsANewProcessIsLostAndCounts() {
    AttemptId attempt = running(1);
    worker.restart();
    restart();
    worker.expectProbe(attempt);
    worker.confirm(attempt);
    worker.unknown(attempt);
    dispatcher.settle();

    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.DEAD);
  }

  @Test
  void anAttemptOfAnEarlierProcessThanAnotherOneIsLostAndCounts() {
    AttemptId old = running(1);
    dispatcher.store().hold(Write.END);
    worker.restart();
    dispatcher.register(worker); // the old attempt is lost now, which is never committed
    AttemptId young = attempt(dispatcher.submit("hash", 1), 1);
    worker.expectExecute(young);
    restart();
    worker.unknown(old);
    worker.unknown(young);
    dispatcher.settle();

    assertThat(dispatcher.state(old.task())).isEqualTo(TaskState.DEAD);
    assertThat(dispatcher.state(young.task())).isEqualTo(TaskState.QUEUED);
  }

  @Test
  void theProbeIsSentAgainUntilItIsAnswered() {
    AttemptId attempt = running(3);
    restart();
    dispatcher.pass(Duration.ofSeconds(1));

    assertThat(worker.heard(Message.Probe.class, attempt)).isGreaterThan(2);
    assertThat(worker.heard(Message.Execute.class)).hasSize(1);
  }

  @Test
  void aRunningTaskCanBeCancelledAfterTheRestart() {
    AttemptId attempt = running(3);
    restart();
    dispatcher.cancel(attempt.task());
    worker.expectCancel(attempt);
    worker.unknown(attempt);

    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.CANCELLED);
  }

  @Test
  void waitingTasksStartInTheirOrder() {
    dispatcher.register();
    List<TaskId> tasks = new ArrayList<>(dispatcher.submitMany("hash", 5));
    restart();
    assertThat(dispatcher.loop().waitingTasks()).isEqualTo(5);
    tasks.add(dispatcher.submit("hash"));
    dispatcher.register(worker);
    List<TaskId> started = new ArrayList<>();
    for (int count = 0; count < 6; count++) {
      AttemptId attempt = worker.expectExecute().attempt();
      started.add(attempt.task());
      worker.complete(attempt, "1");
    }

    assertThat(started).isEqualTo(tasks);
  }

  @Test
  void aRetryThatBecameDueInTheMeantimeIsMade() {
    TaskId task = dispatcher.submit("hash");
    worker.fail(attempt(task, 1), "x", true);
    worker.expectAck(attempt(task, 1));
    dispatcher.kill();
    dispatcher.clock.advance(Duration.ofMinutes(1));
    dispatcher.start();
    dispatcher.register(worker);

    worker.expectExecute(attempt(task, 2));
  }

  @Test
  void aRetryThatIsNotDueYetIsMadeInTime() {
    TaskId task = dispatcher.submit("hash");
    worker.fail(attempt(task, 1), "x", true);
    worker.expectAck(attempt(task, 1));
    restart();
    dispatcher.register(worker);
    dispatcher.pass(Duration.ofMillis(950));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.SCHEDULED);
    dispatcher.pass(Duration.ofMillis(100));

    worker.expectExecute(attempt(task, 2));
  }

  /** An attempt that the worker has accepted. */
  private AttemptId running(int maxAttempts) {
    AttemptId attempt = attempt(dispatcher.submit("hash", maxAttempts), 1);
    assertThat(worker.expectExecute(attempt).epoch()).isEqualTo(worker.epoch());
    worker.accept(attempt);
    return attempt;
  }

  private void restart() {
    dispatcher.kill();
    dispatcher.start();
    worker.dispatcherAt(dispatcher.address());
    dispatcher.settle();
  }
}
