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
import tasknet.dispatcher.testkit.FaultyStore.Write;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.AttemptId;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.wire.Message;

/** Workers that go silent, answer again, or come back as new processes. */
@Timeout(60)
class SilentWorkerIT {
  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker one = ScriptedWorker.open("worker-1", 2, "hash");
  private final ScriptedWorker two = ScriptedWorker.open("worker-2", 2, "hash");

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

  @Test
  void anAcceptedAttemptIsProbedWhenItsWorkerIsSilent() {
    dispatcher.register(one);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    one.accept(attempt);
    dispatcher.pass(Duration.ofMillis(275));
    assertThat(one.heard(Message.Probe.class, attempt)).isZero();

    dispatcher.pass(Duration.ofMillis(50));
    assertThat(one.heard(Message.Probe.class, attempt)).isEqualTo(1);
    dispatcher.pass(Duration.ofSeconds(1));
    assertThat(one.heard(Message.Probe.class, attempt)).isBetween(9L, 11L);
    assertThat(one.heard(Message.Execute.class, attempt)).isEqualTo(1);
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void anAttemptThatWasNeverAnsweredIsSentAgainAndNotProbed() {
    dispatcher.register(one);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    dispatcher.pass(Duration.ofMillis(1400));

    assertThat(one.heard(Message.Execute.class, attempt)).isGreaterThanOrEqualTo(11);
    assertThat(one.heard(Message.Probe.class)).isEmpty();
  }

  @Test
  void anAnswerEndsTheSilence() {
    dispatcher.register(one);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    one.accept(attempt);
    for (int count = 0; count < 5; count++) {
      dispatcher.pass(Duration.ofMillis(1400));
      one.accept(attempt);
    }

    assertThat(dispatcher.task(attempt.task()).attempts()).hasSize(1);
    assertThat(dispatcher.worker(one).suspect()).isFalse();
  }

  @Test
  void whatASilentWorkerHadGoesToAnotherOneAtOnce() {
    dispatcher.register(one);
    TaskId accepted = dispatcher.submit("hash");
    one.accept(attempt(accepted, 1));
    TaskId unanswered = dispatcher.submit("hash");
    dispatcher.register(one, two);
    dispatcher.pass(Duration.ofMillis(1475));
    assertThat(two.heard(Message.Execute.class)).isEmpty();

    dispatcher.pass(Duration.ofMillis(50));
    two.expectExecute(attempt(accepted, 2));
    two.expectExecute(attempt(unanswered, 2));
    two.complete(attempt(accepted, 2), "2");
    two.expectAck(attempt(accepted, 2));

    TaskStatus status = dispatcher.task(accepted);
    assertThat(status.state()).isEqualTo(TaskState.COMPLETED);
    assertThat(status.attempts())
        .extracting(AttemptStatus::worker)
        .containsExactly("worker-1", "worker-2");
    TaskError error = Objects.requireNonNull(status.attempts().getFirst().error());
    assertThat(error.code()).isEqualTo(TaskError.WORKER_LOST);
    assertThat(error.message()).contains("worker-1").contains("silent for 15");
    assertThat(dispatcher.loop().counters().lost()).isEqualTo(2);
  }

  @Test
  void aLostAttemptOfATaskThatMayRunOnceIsDead() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash", 1);
    dispatcher.pass(Duration.ofSeconds(2));

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.DEAD);
    assertThat(one.heard(Message.Execute.class).stream().map(Message.Execute::attempt).distinct())
        .containsExactly(attempt(task, 1));
  }

  @Test
  void aSuspectGetsNoTasksUntilItAnswers() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    dispatcher.pass(Duration.ofMillis(1600));
    assertThat(dispatcher.worker(one).suspect()).isTrue();
    dispatcher.pass(Duration.ofSeconds(5));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.QUEUED);
    assertThat(one.heard(Message.Probe.class, attempt(task, 1)))
        .as("it is asked once a second")
        .isBetween(4L, 6L);

    one.unknown(attempt(task, 1));

    one.expectExecute(attempt(task, 2));
    assertThat(dispatcher.worker(one).suspect()).isFalse();
  }

  @Test
  void theResultThatASilentWorkerSendsLateChangesNothing() {
    dispatcher.register(one, two);
    TaskId task = dispatcher.submit("hash");
    ScriptedWorker silent = one.heard(Message.Execute.class).isEmpty() ? two : one;
    ScriptedWorker other = silent == one ? two : one;
    silent.accept(attempt(task, 1));
    dispatcher.pass(Duration.ofMillis(1600));
    other.expectExecute(attempt(task, 2));

    silent.complete(attempt(task, 1), "\"late\"");
    silent.expectAck(attempt(task, 1));

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
    assertThat(dispatcher.loop().counters().staleResults()).isEqualTo(1);
  }

  @Test
  void aNewEpochFailsTheOldAttemptsAtOnce() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    one.accept(attempt(task, 1));
    one.restart();
    one.confirm(attempt(task, 1));
    one.unknown(attempt(task, 1));

    one.expectExecute(attempt(task, 2));
    TaskError error = Objects.requireNonNull(dispatcher.task(task).attempts().getFirst().error());
    assertThat(error.code()).isEqualTo(TaskError.WORKER_LOST);
    assertThat(error.message()).contains("restarted");
    assertThat(dispatcher.loop().counters().lost()).isEqualTo(1);
  }

  @Test
  void aNewEpochThatIsHeardOnceIsNotBelieved() {
    dispatcher.register(one);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    one.accept(attempt);
    one.restart();
    one.confirm(attempt); // the dispatcher asks
    dispatcher.pass(Duration.ofSeconds(1));

    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.RUNNING);
    assertThat(dispatcher.loop().counters().lost()).isZero();
  }

  @Test
  void aNewEpochInTheRegistryFailsTheOldAttemptsAtOnce() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    one.accept(attempt(task, 1));
    one.restart();
    dispatcher.register(one);

    one.expectExecute(attempt(task, 2));
    one.complete(attempt(task, 2), "1");
    one.expectAck(attempt(task, 2));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.COMPLETED);
  }

  @Test
  void anAttemptWhoseWorkerRestartsBeforeItIsSentHasNotRun() {
    dispatcher.register(one);
    dispatcher.store().hold(Write.BEGIN);
    TaskId task = dispatcher.submit("hash", 1);
    one.restart();
    dispatcher.register(one);
    dispatcher.store().heal();

    one.expectExecute(attempt(task, 2));
    assertThat(one.heard(Message.Execute.class, attempt(task, 1))).isZero();
    assertThat(dispatcher.loop().counters().notRun()).isEqualTo(1);
  }

  @Test
  void aSuspectThatIsANewProcessGetsTasksAtOnce() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    dispatcher.pass(Duration.ofMillis(1600));
    assertThat(dispatcher.worker(one).suspect()).isTrue();

    one.restart();
    dispatcher.register(one);

    one.expectExecute(attempt(task, 2));
  }

  @Test
  void aSlowCommitDoesNotDelayTheProbes() {
    dispatcher.register(one);
    dispatcher.store().hold(Write.BEGIN);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    dispatcher.pass(Duration.ofMillis(100));
    assertThat(one.heard(Message.class)).isEmpty();
    dispatcher.store().heal();
    one.expectExecute(attempt);
    one.accept(attempt);
    dispatcher.pass(Duration.ofMillis(800));

    assertThat(one.heard(Message.Probe.class, attempt)).isBetween(4L, 6L);
  }

  @Test
  void anAttemptThatIsBeingBegunIsNeverAskedAbout() {
    dispatcher.register(one);
    AttemptId other = attempt(dispatcher.submit("hash"), 1);
    one.accept(other);
    dispatcher.store().hold(Write.BEGIN);
    AttemptId starting = attempt(dispatcher.submit("hash"), 1);
    dispatcher.pass(Duration.ofMillis(1400));

    assertThat(one.heard(Message.Probe.class, other)).isPositive();
    assertThat(one.heard(Message.class).stream().map(Message::attempt)).doesNotContain(starting);
    dispatcher.store().heal();
    one.expectExecute(starting);
  }

  @Test
  void anAttemptThatATalkativeWorkerIsSilentAboutIsAskedAbout() {
    dispatcher.register(one);
    AttemptId quiet = attempt(dispatcher.submit("hash"), 1);
    AttemptId loud = attempt(dispatcher.submit("hash"), 1);
    one.accept(quiet);
    for (int count = 0; count < 25; count++) {
      one.accept(loud);
      dispatcher.pass(Duration.ofMillis(100));
    }

    assertThat(one.heard(Message.Probe.class, quiet)).isEqualTo(1);
    assertThat(one.heard(Message.Probe.class, loud)).isZero();
  }

  @Test
  void anAttemptIsLostWhenItsLeaseEndsHoweverOftenTheWorkerClaimsIt() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash", 1);
    for (int second = 0; second < 34; second++) {
      one.accept(attempt(task, 1));
      dispatcher.pass(Duration.ofSeconds(1));
    }
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
    one.accept(attempt(task, 1));
    dispatcher.pass(Duration.ofMillis(1100));

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.DEAD);
    assertThat(Objects.requireNonNull(dispatcher.task(task).error()).message())
        .contains("its lease ran out");
    one.accept(attempt(task, 1));
    one.expectCancel(attempt(task, 1));
  }

  @Test
  void aStallOfTheDispatcherItselfIsNoSilenceOfItsWorkers() {
    dispatcher.register(one);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    one.accept(attempt);
    dispatcher.clock.advance(Duration.ofSeconds(10));
    dispatcher.settle();
    assertThat(dispatcher.worker(one).suspect()).isFalse();
    dispatcher.pass(Duration.ofMillis(1400));
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.RUNNING);
    assertThat(one.heard(Message.Probe.class, attempt)).isGreaterThan(5);

    dispatcher.pass(Duration.ofMillis(200));
    assertThat(dispatcher.worker(one).suspect()).isTrue();
  }

  @Test
  void aWorkerThatLeavesTheRegistryFinishesWhatItHas() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    one.accept(attempt(task, 1));
    dispatcher.register();
    TaskId next = dispatcher.submit("hash");
    dispatcher.pass(Duration.ofSeconds(1));
    one.complete(attempt(task, 1), "1");
    one.expectAck(attempt(task, 1));

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.COMPLETED);
    assertThat(dispatcher.state(next)).isEqualTo(TaskState.QUEUED);
    assertThat(dispatcher.workers()).isEmpty();
    assertThat(dispatcher.loop().liveTypes()).isEmpty();
  }

  @Test
  void aWorkerThatLeavesAndComesBackWhileItsLastCommitIsOnItsWayIsHeard() {
    dispatcher.register(one);
    TaskId task = dispatcher.submit("hash");
    dispatcher.store().hold(Write.END);
    one.complete(attempt(task, 1), "1");
    dispatcher.register();
    dispatcher.register(one);
    dispatcher.store().heal();
    one.expectAck(attempt(task, 1));

    TaskId next = dispatcher.submit("hash");
    one.expectExecute(attempt(next, 1));
    one.complete(attempt(next, 1), "2");
    one.expectAck(attempt(next, 1));

    assertThat(dispatcher.state(next)).isEqualTo(TaskState.COMPLETED);
  }
}
