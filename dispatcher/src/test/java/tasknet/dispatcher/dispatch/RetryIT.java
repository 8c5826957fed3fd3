package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.wire.Message;

/** Handlers that fail. */
@Timeout(60)
class RetryIT {
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
  void aFailedAttemptIsRetriedAfterItsBackoff() {
    TaskId task = dispatcher.submit("hash");
    worker.fail(attempt(task, 1), TaskError.TIMEOUT, true);
    worker.expectAck(attempt(task, 1));
    TaskStatus scheduled = dispatcher.task(task);
    assertThat(scheduled.state()).isEqualTo(TaskState.SCHEDULED);
    assertThat(scheduled.nextAttemptAt()).isEqualTo(dispatcher.clock.instant().plusSeconds(1));
    assertThat(dispatcher.loop().waitingTasks()).isZero();

    dispatcher.pass(Duration.ofMillis(975));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.SCHEDULED);
    dispatcher.pass(Duration.ofMillis(50));
    worker.expectExecute(attempt(task, 2));

    worker.fail(attempt(task, 2), TaskError.HANDLER_FAILED, true);
    dispatcher.pass(Duration.ofMillis(1900));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.SCHEDULED);
    dispatcher.pass(Duration.ofMillis(150));
    worker.expectExecute(attempt(task, 3));
    worker.complete(attempt(task, 3), "3");
    worker.expectAck(attempt(task, 3));

    TaskStatus status = dispatcher.task(task);
    assertThat(status.state()).isEqualTo(TaskState.COMPLETED);
    assertThat(status.attempts())
        .extracting(each -> each.error() == null ? null : each.error().code())
        .containsExactly(TaskError.TIMEOUT, TaskError.HANDLER_FAILED, null);
  }

  @Test
  void theLastFailureIsTheEnd() {
    TaskId task = dispatcher.submit("hash", 2);
    worker.fail(attempt(task, 1), "x", true);
    dispatcher.pass(Duration.ofMillis(1100));
    worker.fail(attempt(task, 2), "y", true);
    dispatcher.pass(Duration.ofMinutes(2));

    TaskStatus status = dispatcher.task(task);
    assertThat(status.state()).isEqualTo(TaskState.DEAD);
    assertThat(Objects.requireNonNull(status.error()).code()).isEqualTo("y");
    assertThat(worker.heard(Message.Execute.class, attempt(task, 3))).isZero();
    assertThat(dispatcher.loop().counters().failed()).isEqualTo(2);
  }

  @Test
  void anErrorThatIsNotToBeRetriedIsTheEndAtOnce() {
    TaskId task = dispatcher.submit("hash");
    worker.fail(attempt(task, 1), TaskError.INVALID_PAYLOAD, false);
    worker.expectAck(attempt(task, 1));

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.DEAD);
  }

  @Test
  void manyRetriesThatAreDueAtTheSameTimeAllStart() {
    List<TaskId> tasks = List.of(dispatcher.submit("hash"), dispatcher.submit("hash"));
    for (TaskId task : tasks) {
      worker.fail(attempt(task, 1), "x", true);
    }
    dispatcher.pass(Duration.ofMillis(1025));

    for (TaskId task : tasks) {
      worker.expectExecute(attempt(task, 2));
    }
  }

  @Test
  void aRetryBehindManyTasksOfItsTypeWaitsForItsTurn() {
    TaskId task = dispatcher.submit("hash");
    worker.free(0);
    worker.fail(attempt(task, 1), "x", true);
    List<TaskId> others = dispatcher.submitMany("hash", 3);
    dispatcher.pass(Duration.ofMillis(900));
    worker.free(1);
    worker.tell(); // its credit comes with the fence, which names no attempt of ours
    TaskId first = worker.expectExecute(attempt(others.getFirst(), 1)).attempt().task();

    assertThat(first).isEqualTo(others.getFirst());
    worker.accept(attempt(first, 1));
    dispatcher.pass(Duration.ofMillis(200));
    assertThat(dispatcher.state(task)).isIn(TaskState.QUEUED, TaskState.RUNNING);
  }
}
