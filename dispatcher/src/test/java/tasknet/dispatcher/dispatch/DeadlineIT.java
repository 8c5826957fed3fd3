package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.FaultyStore.Write;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.wire.Message;

/** Tasks that nobody cares for after a while. */
@Timeout(60)
class DeadlineIT {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 4, "hash");

  @BeforeEach
  void start() {
    dispatcher = new LoopUnderTest(folder);
  }

  @AfterEach
  void stop() {
    dispatcher.assertSound();
    dispatcher.close();
    worker.close();
  }

  @Test
  void aTaskWithoutAWorkerExpiresAndIsNeverStarted() {
    TaskId task = submit(SECOND);
    var end = dispatcher.loop().waiters().await(task, Duration.ofMinutes(1));
    dispatcher.pass(Duration.ofMillis(975));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.QUEUED);

    dispatcher.pass(Duration.ofMillis(50));

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.EXPIRED);
    assertThat(end.join()).extracting(TaskEnd::state).isEqualTo(TaskState.EXPIRED);
    assertThat(dispatcher.loop().waitingTasks()).isZero();
    dispatcher.register(worker);
    dispatcher.pass(SECOND);
    assertThat(worker.heard(Message.Execute.class, attempt(task, 1))).isZero();
  }

  @Test
  void aTaskThatWaitsInMemoryForASlotExpiresToo() {
    dispatcher.register(worker);
    worker.free(0);
    worker.tell();
    dispatcher.settle();
    TaskId late = submit(SECOND);
    TaskId patient = submit(Duration.ofHours(1));
    dispatcher.pass(Duration.ofMillis(1025));

    worker.free(1);
    worker.tell();

    worker.expectExecute(attempt(patient, 1));
    assertThat(dispatcher.state(late)).isEqualTo(TaskState.EXPIRED);
    assertThat(worker.heard(Message.Execute.class, attempt(late, 1))).isZero();
    worker.complete(attempt(patient, 1), "1");
    worker.expectAck(attempt(patient, 1));
  }

  @Test
  void theTimeThatIsLeftTravelsWithTheAttempt() {
    dispatcher.register(worker);
    TaskId near = submit(Duration.ofMillis(1500));
    TaskId far = submit(Duration.ofHours(1));

    assertThat(worker.expectExecute(attempt(near, 1)).timeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(worker.expectExecute(attempt(far, 1)).timeout())
        .isEqualTo(TaskRequest.DEFAULT_TIMEOUT);
    worker.complete(attempt(near, 1), "1");
    worker.complete(attempt(far, 1), "1");
    worker.expectAck(attempt(near, 1));
    worker.expectAck(attempt(far, 1));
  }

  @Test
  void whatIsSentAgainTellsOfTheTimeThatIsLeftThen() {
    dispatcher.register(worker);
    TaskId task = submit(Duration.ofMillis(1400));
    worker.expectExecute(attempt(task, 1));
    dispatcher.pass(SECOND);

    assertThat(worker.heard(Message.Execute.class).getLast().timeout())
        .isLessThanOrEqualTo(Duration.ofMillis(500));
    worker.complete(attempt(task, 1), "1");
    worker.expectAck(attempt(task, 1));
  }

  @Test
  void afterTheDeadlineAWorkerIsAskedAndNotToldToRunIt() {
    dispatcher.register(worker);
    TaskId task = submit(Duration.ofMillis(600));
    worker.expectExecute(attempt(task, 1));
    dispatcher.pass(Duration.ofMillis(625));
    int sent = worker.heard(Message.Execute.class).size();
    dispatcher.pass(Duration.ofMillis(500));

    worker.expectProbe(attempt(task, 1));
    assertThat(worker.heard(Message.Execute.class)).hasSize(sent);
    worker.unknown(attempt(task, 1));
    dispatcher.settle();
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.EXPIRED);
  }

  @Test
  void aTaskWhoseRetryWouldBeTooLateExpiresAtOnce() {
    dispatcher.register(worker);
    TaskId task = submit(Duration.ofMillis(500)); // the backoff is about a second
    worker.fail(attempt(task, 1), TaskError.HANDLER_FAILED, true);
    worker.expectAck(attempt(task, 1));

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.EXPIRED);
    assertThat(Objects.requireNonNull(dispatcher.task(task).error()).code())
        .isEqualTo(TaskError.HANDLER_FAILED);
  }

  @Test
  void aDeadlineThatPassedWhileNoDispatcherRanCounts() {
    TaskId task = submit(SECOND);
    TaskId patient = submit(Duration.ofHours(2));
    dispatcher.kill();
    dispatcher.clock.advance(Duration.ofHours(1));
    dispatcher.start();
    dispatcher.register(worker);

    worker.expectExecute(attempt(patient, 1));
    await().until(() -> dispatcher.state(task) == TaskState.EXPIRED);
    assertThat(worker.heard(Message.Execute.class, attempt(task, 1))).isZero();
    worker.complete(attempt(patient, 1), "1");
    worker.expectAck(attempt(patient, 1));
  }

  @Test
  void aDeadlineIsKeptWhenTheStoreFailsForAWhile() {
    TaskId task = submit(SECOND);
    TaskId next = submit(SECOND.multipliedBy(3));
    dispatcher.store().full(Write.EXPIRE);
    dispatcher.pass(Duration.ofMillis(1100));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.QUEUED);

    dispatcher.store().heal();
    dispatcher.pass(SECOND);
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.EXPIRED);
    await()
        .until(
            () -> {
              dispatcher.pass(SECOND);
              return dispatcher.state(next) == TaskState.EXPIRED;
            });
  }

  private TaskId submit(Duration fromNow) {
    TaskTerms terms = TaskTerms.STANDARD.withDeadline(dispatcher.clock.instant().plus(fromNow));
    return dispatcher.submit(TaskRequest.of(new TaskType("hash"), new JsonText("1")).with(terms));
  }
}
