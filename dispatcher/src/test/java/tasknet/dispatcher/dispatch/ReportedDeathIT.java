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
import tasknet.dispatcher.testkit.FaultyStore.Write;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.registry.Departure;
import tasknet.task.AttemptId;
import tasknet.task.AttemptStatus;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.wire.Message;

/** Workers whose death the nameservice tells of, rightly or wrongly; no time passes. */
@Timeout(60)
class ReportedDeathIT {
  private static final String CAUSE = "out of memory (exit code 137)";

  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker one = ScriptedWorker.open("worker-1", 2, "hash");
  private final ScriptedWorker two = ScriptedWorker.open("worker-2", 4, "hash");

  @BeforeEach
  void start() {
    dispatcher = new LoopUnderTest(folder);
    dispatcher.register(one);
  }

  @AfterEach
  void stop() {
    dispatcher.assertSound();
    dispatcher.close();
    one.close();
    two.close();
  }

  @Test
  void whatADeadWorkerHadGoesToAnotherOneAtOnceAndTheCauseIsRecorded() {
    AttemptId accepted = running(3);
    AttemptId unanswered = attempt(dispatcher.submit("hash"), 1);
    died(one.epoch());
    dispatcher.register(two);

    two.expectExecute(attempt(accepted.task(), 2));
    two.expectExecute(attempt(unanswered.task(), 2));
    two.complete(attempt(accepted.task(), 2), "2");
    two.expectAck(attempt(accepted.task(), 2));

    assertThat(dispatcher.task(accepted.task()).attempts())
        .extracting(AttemptStatus::worker)
        .containsExactly("worker-1", "worker-2");
    TaskError error = error(accepted.task());
    assertThat(error.code()).isEqualTo(TaskError.WORKER_LOST);
    assertThat(error.message()).isEqualTo("worker worker-1 died: " + CAUSE);
    assertThat(dispatcher.loop().counters().lost()).isEqualTo(2);
    assertThat(dispatcher.loop().counters().lost(Loss.DEATH)).isEqualTo(2);
    assertThat(dispatcher.loop().counters().lost(Loss.SILENCE)).isZero();
    assertThat(dispatcher.log.with(CAUSE))
        .filteredOn(line -> line.contains("task=" + accepted.task()))
        .singleElement()
        .satisfies(line -> assertThat(line).contains("attempt=1", "worker=worker-1"));
  }

  @Test
  void aTaskThatMayRunOnceIsDeadWithTheCause() {
    AttemptId attempt = running(1);
    died(one.epoch());
    dispatcher.register(two);

    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.DEAD);
    assertThat(Objects.requireNonNull(dispatcher.task(attempt.task()).error()).message())
        .contains(CAUSE);
    assertThat(two.heard(Message.Execute.class)).isEmpty();
  }

  @Test
  void aDeadWorkerIsGivenNothingMore() {
    running(1);
    died(one.epoch());
    dispatcher.register();
    TaskId next = dispatcher.submit("hash");

    assertThat(dispatcher.state(next)).isEqualTo(TaskState.QUEUED);
    assertThat(one.heard(Message.Execute.class)).hasSize(1);
    assertThat(dispatcher.workers()).isEmpty();
  }

  @Test
  void anAttemptThatWasNotSentWhenItsWorkerDiedHasNotRun() {
    dispatcher.store().hold(Write.BEGIN);
    TaskId task = dispatcher.submit("hash", 1);
    died(one.epoch());
    dispatcher.register(two);
    dispatcher.store().heal();

    two.expectExecute(attempt(task, 2));
    assertThat(one.heard(Message.Execute.class)).isEmpty();
    assertThat(error(task).code()).isEqualTo(TaskError.UNDELIVERED);
    assertThat(dispatcher.loop().counters().notRun()).isEqualTo(1);
  }

  @Test
  void theDeathOfAnOlderProcessChangesNothing() {
    AttemptId attempt = running(3);
    died(one.epoch() - 1);
    dispatcher.register(one);

    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.RUNNING);
    one.complete(attempt, "1");
    one.expectAck(attempt);
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.COMPLETED);
  }

  @Test
  void theDeathExplainsWhatTheNextProcessDoesNotHave() {
    AttemptId attempt = running(3);
    died(one.epoch());
    one.restart();
    dispatcher.register(one);

    one.expectExecute(attempt(attempt.task(), 2));
    assertThat(error(attempt.task()).message()).contains(CAUSE);
  }

  @Test
  void theDeathOfAProcessThatWasNeverListedFailsWhatTheOneBeforeItHad() {
    AttemptId attempt = running(3);
    died(one.epoch() + 1);
    dispatcher.register(two);

    two.expectExecute(attempt(attempt.task(), 2));
    assertThat(error(attempt.task()).message()).contains("restarted");
    assertThat(dispatcher.loop().counters().lost(Loss.RESTART)).isEqualTo(1);
  }

  @Test
  void whoeverLeftOrExpiredFinishesWhatItHas() {
    AttemptId attempt = running(3);
    dispatcher.departed(one, one.epoch(), Departure.Kind.LEFT, null);
    dispatcher.register(two);
    dispatcher.departed(one, one.epoch(), Departure.Kind.EXPIRED, null);
    dispatcher.register(two);
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.RUNNING);

    one.complete(attempt, "1");
    one.expectAck(attempt);
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.COMPLETED);
    assertThat(dispatcher.loop().counters().lost()).isZero();
  }

  @Test
  void whoeverLeftAndDiedBeforeItHadFinishedIsNotWaitedFor() {
    AttemptId attempt = running(3);
    dispatcher.departed(one, one.epoch(), Departure.Kind.LEFT, null);
    dispatcher.register(two);
    died(one.epoch());
    dispatcher.register(two);

    two.expectExecute(attempt(attempt.task(), 2));
  }

  @Test
  void theResultOfAWorkerThatWasWronglyReportedChangesNothingThatIsRecorded() {
    AttemptId attempt = running(3);
    died(one.epoch());
    dispatcher.register(two);
    two.expectExecute(attempt(attempt.task(), 2));
    two.complete(attempt(attempt.task(), 2), "\"second\"");
    two.expectAck(attempt(attempt.task(), 2));

    one.complete(attempt, "\"first\"");
    one.expectAck(attempt);

    assertThat(dispatcher.task(attempt.task()).result()).isEqualTo(new JsonText("\"second\""));
    assertThat(dispatcher.loop().counters().staleResults()).isEqualTo(1);
  }

  @Test
  void aRepeatedDepartureDoesNotTouchWhatTheWorkerIsGivenAfterItsReturn() {
    AttemptId attempt = running(3);
    died(one.epoch());
    dispatcher.register();
    dispatcher.register(one); // it lives, and has registered again
    AttemptId second = attempt(attempt.task(), 2);
    one.expectExecute(second);
    one.accept(second);
    dispatcher.register(one);
    dispatcher.register(); // it expires, which is no death
    dispatcher.register(one, two);

    assertThat(dispatcher.task(attempt.task()).attempts()).hasSize(2);
    one.complete(second, "2");
    one.expectAck(second);
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.COMPLETED);
  }

  @Test
  void aDeathThatWasReportedWhileTheDispatcherWasDownIsHeardAfterTheRestart() {
    AttemptId mayRunAgain = running(3);
    AttemptId once = running(1);
    dispatcher.kill();
    died(one.epoch());
    dispatcher.start();
    assertThat(dispatcher.state(mayRunAgain.task())).isEqualTo(TaskState.RUNNING);
    dispatcher.register(two);

    two.expectExecute(attempt(mayRunAgain.task(), 2));
    assertThat(error(mayRunAgain.task()).message()).contains(CAUSE);
    assertThat(dispatcher.state(once.task())).isEqualTo(TaskState.DEAD);
  }

  @Test
  void aCancelledAttemptOfADeadWorkerIsForgotten() {
    AttemptId attempt = running(3);
    dispatcher.cancel(attempt.task());
    died(one.epoch());
    dispatcher.register();
    dispatcher.pass(Duration.ofSeconds(1));

    assertThat(dispatcher.workers()).isEmpty();
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.CANCELLED);
    assertThat(dispatcher.task(attempt.task()).attempts()).hasSize(1);
  }

  @Test
  void aDeathThatCannotBeRecordedAtOnceIsRecordedWhenTheStoreAnswers() {
    AttemptId attempt = running(3);
    dispatcher.store().hold(Write.END);
    died(one.epoch());
    dispatcher.register(two);
    dispatcher.register(two);
    assertThat(two.heard(Message.Execute.class)).isEmpty();
    dispatcher.store().heal();

    two.expectExecute(attempt(attempt.task(), 2));
    assertThat(dispatcher.task(attempt.task()).attempts()).hasSize(2);
  }

  /** An attempt that the first worker has accepted. */
  private AttemptId running(int maxAttempts) {
    AttemptId attempt = attempt(dispatcher.submit("hash", maxAttempts), 1);
    one.expectExecute(attempt);
    one.accept(attempt);
    return attempt;
  }

  private void died(long epoch) {
    dispatcher.departed(one, epoch, Departure.Kind.DIED, CAUSE);
  }

  private TaskError error(TaskId task) {
    List<AttemptStatus> attempts = dispatcher.task(task).attempts();
    return Objects.requireNonNull(attempts.getFirst().error());
  }
}
