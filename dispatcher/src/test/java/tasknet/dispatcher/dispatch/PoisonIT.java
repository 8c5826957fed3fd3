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
import tasknet.registry.Departure;
import tasknet.task.AttemptId;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.wire.Message;

/** Tasks whose workers die, one after the other. */
@Timeout(60)
class PoisonIT {
  private static final Duration SILENCE = Duration.ofMillis(1600);

  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker one = ScriptedWorker.open("worker-1", 4, "hash");
  private final ScriptedWorker two = ScriptedWorker.open("worker-2", 4, "hash");
  private final ScriptedWorker three = ScriptedWorker.open("worker-3", 4, "hash");

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
    three.close();
  }

  @Test
  void aTaskWithWhichTwoWorkersDiedIsDeadAndNotGivenToAThird() {
    TaskId task = running(one, 1, submitTo(one));
    died(one);
    dispatcher.register(two);
    running(two, 2, task);
    died(two);
    dispatcher.register(three);

    assertPoison(task, "worker worker-1, worker worker-2");
    assertThat(three.heard(Message.Execute.class)).isEmpty();
    assertThat(dispatcher.log.with("task is poison"))
        .singleElement()
        .satisfies(line -> assertThat(line).contains("task=" + task, "attempt=2", "worker-1"));
    assertThat(dispatcher.loop().counters().lost()).isEqualTo(2);
  }

  @Test
  void silenceAndANewProcessAreDeathsToo() {
    TaskId task = running(one, 1, submitTo(one));
    dispatcher.register(one, two);
    silence(one);
    running(two, 2, task);
    two.restart();
    dispatcher.register(two);

    assertPoison(task, "worker worker-1, worker worker-2");
  }

  @Test
  void theCountOutlivesTheDispatcher() {
    TaskId task = running(one, 1, submitTo(one));
    died(one);
    dispatcher.register(two);
    running(two, 2, task);
    dispatcher.kill();
    died(two);
    dispatcher.start();
    dispatcher.register(three);

    assertPoison(task, "worker worker-1, worker worker-2");
  }

  @Test
  void whatDoesNotProveADeathDoesNotCount() {
    TaskId task = running(one, 1, submitTo(one));
    one.unknown(attempt(task, 1)); // forgotten
    one.expectExecute(attempt(task, 2));
    one.reject(attempt(task, 2), Message.Rejection.BUSY);
    dispatcher.register(two);
    running(two, 3, task);
    died(two);
    dispatcher.register(one);

    dispatcher.pass(Duration.ofSeconds(1));
    running(one, 4, task);
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void aLeaseThatRanOutIsNoDeath() {
    TaskId task = submitTo(one, 9);
    one.expectExecute(attempt(task, 1));
    for (int number = 1; number < 4; number++) {
      leaseOver(attempt(task, number));
      one.expectExecute(attempt(task, number + 1));
    }

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
    assertThat(dispatcher.loop().counters().lost(Loss.LEASE)).isEqualTo(3);
  }

  @Test
  void aWorkerThatTookItsLeaveWasNotKilledByWhatItDidNotFinish() {
    TaskId task = running(one, 1, submitTo(one));
    dispatcher.departed(one, one.epoch(), Departure.Kind.LEFT, null);
    dispatcher.register(two);
    died(one); // it was not given the time
    dispatcher.register(two);
    running(two, 2, task);
    dispatcher.departed(two, two.epoch(), Departure.Kind.LEFT, null);
    dispatcher.register();
    two.restart();
    dispatcher.register(two);
    running(two, 3, task);
    died(two);
    dispatcher.register(three);

    running(three, 4, task);
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void aWorkerThatWasOnlySilentHasNotDied() {
    TaskId task = running(one, 1, submitTo(one));
    dispatcher.register(one, two);
    silence(one);
    running(two, 2, task);
    one.accept(attempt(task, 1)); // late, and by the same process
    dispatcher.settle();
    died(two);
    dispatcher.register(one, three);

    dispatcher.settle();
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
    assertThat(dispatcher.task(task).attempts()).hasSize(3);
  }

  @Test
  void aDeathThatCannotBeTakenBackAtOnceIsTakenBackWhenTheStoreAnswers() {
    TaskId task = running(one, 1, submitTo(one));
    dispatcher.register(one, two);
    silence(one);
    running(two, 2, task);
    dispatcher.store().full(Write.END);
    one.accept(attempt(task, 1));
    dispatcher.settle();
    dispatcher.store().heal();
    dispatcher.pass(Duration.ofSeconds(1));
    two.progress(attempt(task, 2));
    died(two);
    dispatcher.register(one, three);

    dispatcher.settle();
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void aRequeueStartsFromTheBeginning() {
    TaskId task = running(one, 1, submitTo(one));
    died(one);
    dispatcher.register(two);
    running(two, 2, task);
    died(two);
    dispatcher.register(three);
    assertPoison(task, "worker-2");

    LoopUnderTest.get(dispatcher.loop().deadTasks().requeue(task, null, null));
    running(three, 3, task);
    died(three);
    dispatcher.register();

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.QUEUED);
  }

  @Test
  void theNumberIsASettingAndZeroIsNever() {
    dispatcher.close();
    DispatchSettings standard = DispatchSettings.DEFAULT;
    dispatcher =
        new LoopUnderTest(
            folder,
            new DispatchSettings(
                standard.probeAfter(),
                standard.probeInterval(),
                standard.lostAfter(),
                standard.leaseMargin(),
                standard.retryStoreAfter(),
                0));
    TaskId task = submitTo(one, 9);
    for (int number = 1; number < 6; number++) {
      running(one, number, task);
      one.restart();
      dispatcher.register(one);
    }

    one.expectExecute(attempt(task, 6));
    assertThat(dispatcher.loop().counters().poisoned()).isZero();
  }

  private void assertPoison(TaskId task, String named) {
    dispatcher.settle();
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.DEAD);
    TaskError error = Objects.requireNonNull(dispatcher.task(task).error());
    assertThat(error.code()).isEqualTo(TaskError.POISON);
    assertThat(error.message()).contains(named);
    assertThat(dispatcher.task(task).fingerprint()).isNotNull();
    assertThat(dispatcher.loop().counters().poisoned()).isEqualTo(1);
  }

  private TaskId submitTo(ScriptedWorker worker) {
    return submitTo(worker, 5);
  }

  private TaskId submitTo(ScriptedWorker worker, int maxAttempts) {
    dispatcher.register(worker);
    return dispatcher.submit("hash", maxAttempts);
  }

  private TaskId running(ScriptedWorker worker, int number, TaskId task) {
    worker.expectExecute(attempt(task, number));
    worker.accept(attempt(task, number));
    return task;
  }

  /** From the next list on. */
  private void died(ScriptedWorker worker) {
    dispatcher.departed(worker, worker.epoch(), Departure.Kind.DIED, "killed");
  }

  private void silence(ScriptedWorker worker) {
    dispatcher.pass(SILENCE);
    assertThat(dispatcher.worker(worker).suspect()).isTrue();
  }

  /** The worker speaks of it until its lease is over. */
  private void leaseOver(AttemptId attempt) {
    long lost = dispatcher.loop().counters().lost(Loss.LEASE);
    while (dispatcher.loop().counters().lost(Loss.LEASE) == lost) {
      one.progress(attempt);
      dispatcher.pass(Duration.ofMillis(250));
    }
  }
}
