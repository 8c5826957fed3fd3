package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.FaultyStore.Write;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.runtime.Backoff;
import tasknet.task.AttemptId;
import tasknet.task.AttemptStatus;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;
import tasknet.wire.Drop;
import tasknet.wire.Message;

/** An attempt that goes well, and the messages that are lost, repeated or late on its way. */
@Timeout(60)
class AttemptLifeIT {
  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 2, "hash");

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
  void theWorkerGetsWhatWasSubmitted() {
    dispatcher.register(worker);
    TaskId task =
        dispatcher.submit(
            new TaskRequest(
                new TaskType("hash"),
                new JsonText("{\"text\":\"ä€😀\"}"),
                Duration.ofMillis(1500),
                7,
                Backoff.DEFAULT));

    Message.Execute execute = worker.expectExecute();

    assertThat(execute.attempt()).isEqualTo(attempt(task, 1));
    assertThat(execute.type()).isEqualTo(new TaskType("hash"));
    assertThat(execute.timeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(ScriptedWorker.payload(execute)).isEqualTo("{\"text\":\"ä€😀\"}");
  }

  @Test
  void anAttemptIsCommittedBeforeItIsSent() {
    dispatcher.register(worker);
    dispatcher.store().hold(Write.BEGIN);
    TaskId task = dispatcher.submit("hash");
    dispatcher.pass(Duration.ofSeconds(2));
    assertThat(worker.heard(Message.class)).isEmpty();

    dispatcher.store().heal();
    worker.expectExecute(attempt(task, 1));

    TaskStatus status = dispatcher.task(task);
    assertThat(status.state()).isEqualTo(TaskState.RUNNING);
    assertThat(status.attempts())
        .singleElement()
        .satisfies(
            running -> {
              assertThat(running.number()).isEqualTo(1);
              assertThat(running.worker()).isEqualTo("worker-1");
              assertThat(running.endedAt()).isNull();
            });
  }

  @Test
  void anExecuteIsSentAgainUntilItIsAccepted() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    dispatcher.pass(Duration.ofSeconds(1));
    assertThat(worker.heard(Message.Execute.class, attempt)).isGreaterThan(1);
    assertThat(dispatcher.counters().retransmissions()).isPositive();

    worker.accept(attempt);
    long sent = worker.heard(Message.Execute.class, attempt);
    dispatcher.pass(Duration.ofMillis(1400));

    assertThat(worker.heard(Message.Execute.class, attempt)).isEqualTo(sent);
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void aResultAloneAcknowledgesTheExecute() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    worker.complete(attempt, "\"done\"");
    worker.expectAck(attempt);
    dispatcher.pass(Duration.ofSeconds(5));

    assertThat(worker.heard(Message.Execute.class, attempt)).isEqualTo(1);
    TaskStatus status = dispatcher.task(attempt.task());
    assertThat(status.state()).isEqualTo(TaskState.COMPLETED);
    assertThat(status.result()).isEqualTo(new JsonText("\"done\""));
    assertThat(status.attempts()).extracting(AttemptStatus::number).containsExactly(1);
  }

  @Test
  void aResultIsAcknowledgedOnlyAfterItsCommit() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    dispatcher.store().hold(Write.END);
    worker.complete(attempt, "1");
    worker.complete(attempt, "1");
    dispatcher.pass(Duration.ofSeconds(3));
    assertThat(worker.heard(Message.ResultAck.class)).isEmpty();
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.RUNNING);

    dispatcher.store().heal();
    worker.expectAck(attempt);

    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.COMPLETED);
  }

  @Test
  void aRepeatedResultIsAcknowledgedAgainAndChangesNothing() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    worker.complete(attempt, "\"first\"");
    worker.expectAck(attempt);
    TaskStatus before = dispatcher.task(attempt.task());

    worker.complete(attempt, "\"second\"");
    worker.expectAck(attempt);
    worker.fail(attempt, "handler-failed", true);
    worker.expectAck(attempt);

    assertThat(dispatcher.task(attempt.task())).isEqualTo(before);
    assertThat(dispatcher.loop().counters().staleResults()).isEqualTo(2);
    assertThat(dispatcher.loop().counters().completed()).isEqualTo(1);
    assertThat(dispatcher.loop().counters().failed()).isZero();
  }

  @Test
  void theResultOfAnOlderAttemptChangesNothing() {
    dispatcher.register(worker);
    TaskId task = dispatcher.submit("hash");
    worker.unknown(attempt(task, 1));
    worker.expectExecute(attempt(task, 2));

    worker.complete(attempt(task, 1), "\"late\"");
    worker.expectAck(attempt(task, 1));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);

    worker.complete(attempt(task, 2), "\"right\"");
    worker.expectAck(attempt(task, 2));
    assertThat(dispatcher.task(task).result()).isEqualTo(new JsonText("\"right\""));
  }

  @Test
  void aResultForAnAttemptToComeChangesNothing() {
    dispatcher.register(worker);
    TaskId task = dispatcher.submit("hash");
    worker.complete(attempt(task, 2), "\"from the future\"");
    worker.expectAck(attempt(task, 2));

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
    worker.complete(attempt(task, 1), "1");
    worker.expectAck(attempt(task, 1));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.COMPLETED);
  }

  @Test
  void progressSaysThatTheWorkerHasTheAttempt() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    worker.progress(attempt);
    dispatcher.pass(Duration.ofMillis(1300));

    assertThat(worker.heard(Message.Execute.class, attempt)).isEqualTo(1);
    assertThat(worker.heard(Message.Probe.class, attempt)).isPositive();
  }

  @Test
  void theCreditLimitsWhatIsInFlight() {
    dispatcher.register(worker);
    List<TaskId> tasks = new ArrayList<>();
    for (int count = 0; count < 5; count++) {
      tasks.add(dispatcher.submit("hash"));
    }
    assertThat(worker.heard(Message.Execute.class)).hasSize(2);

    worker.free(0);
    worker.accept(attempt(tasks.get(0), 1));
    worker.accept(attempt(tasks.get(1), 1));
    worker.complete(attempt(tasks.get(0), 1), "1"); // its slot is taken by somebody else
    worker.expectAck(attempt(tasks.get(0), 1));
    dispatcher.settle();
    assertThat(worker.heard(Message.Execute.class)).hasSize(2);

    worker.free(1);
    worker.progress(attempt(tasks.get(1), 1)); // has no credit
    worker.accept(attempt(tasks.get(1), 1));
    worker.expectExecute(attempt(tasks.get(2), 1));
    dispatcher.settle();
    assertThat(worker.heard(Message.Execute.class)).hasSize(3);
  }

  @Test
  void tasksOfATypeStartInTheOrderOfTheirSubmission() {
    List<TaskId> tasks = new ArrayList<>();
    for (int count = 0; count < 6; count++) {
      tasks.add(dispatcher.submit("hash"));
    }
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
  void twoWorkersShareTheLoad() {
    try (ScriptedWorker other = ScriptedWorker.open("worker-2", 2, "hash")) {
      dispatcher.register(worker, other);
      for (int count = 0; count < 4; count++) {
        dispatcher.submit("hash");
      }

      assertThat(worker.heard(Message.Execute.class)).hasSize(2);
      assertThat(other.heard(Message.Execute.class)).hasSize(2);
    }
  }

  @Test
  void aTaskWaitsForAWorkerOfItsType() {
    dispatcher.register(worker);
    TaskId task = dispatcher.submit("sum");
    dispatcher.pass(Duration.ofSeconds(1));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.QUEUED);
    assertThat(dispatcher.loop().waitingTasks()).isEqualTo(1);

    try (ScriptedWorker adder = ScriptedWorker.open("worker-2", 1, "sum")) {
      dispatcher.register(worker, adder);
      adder.expectExecute(attempt(task, 1));
    }
  }

  @Test
  void aDatagramOfAnOldEpochIsDroppedAndCounted() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    try (var before = tasknet.testkit.ScriptedPeer.open(worker.name(), worker.epoch() - 1)) {
      before.send(dispatcher.address(), worker.completed(attempt, "\"of the dead\""));
      org.awaitility.Awaitility.await()
          .until(() -> dispatcher.counters().dropped(Drop.STALE_EPOCH) == 1);
    }

    dispatcher.settle();
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void theAddressOfAWorkerMayChange() {
    dispatcher.register(worker);
    try (ScriptedWorker moved = ScriptedWorker.open("worker-1", 2, "hash")) {
      dispatcher.register(moved);
      moved.expectExecute(attempt(dispatcher.submit("hash"), 1));
    }
  }
}
