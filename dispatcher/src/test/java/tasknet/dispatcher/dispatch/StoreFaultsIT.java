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
import tasknet.dispatcher.store.StoreFullException;
import tasknet.dispatcher.testkit.FaultyStore.Write;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.wire.Message;

/** A store that has no room for a while: nothing is lost, and all goes on by itself. */
@Timeout(60)
class StoreFaultsIT {
  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 3, "hash");

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
  void aTaskThatCannotBeKeptDoesNotWait() {
    dispatcher.store().full(Write.ADD);
    TaskRequest request = TaskRequest.of(new TaskType("hash"), new JsonText("1"));

    assertThat(dispatcher.loop().submit(dispatcher.newId(), request))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(StoreFullException.class);
    assertThat(dispatcher.loop().waitingTasks()).isZero();
    assertThat(dispatcher.loop().counters().submitted()).isZero();
  }

  @Test
  void whatCannotBeBegunKeepsItsPlaceAndStartsWhenThereIsRoom() {
    dispatcher.store().full(Write.BEGIN);
    List<TaskId> tasks = dispatcher.submitMany("hash", 5);
    dispatcher.pass(Duration.ofSeconds(3));
    assertThat(worker.heard(Message.class)).isEmpty();
    assertThat(dispatcher.store().refused()).isBetween(12, 25);
    assertThat(dispatcher.loop().waitingTasks()).isEqualTo(5);

    dispatcher.store().heal();
    dispatcher.pass(Duration.ofSeconds(1));

    List<TaskId> started = new ArrayList<>();
    for (int count = 0; count < 5; count++) {
      AttemptId attempt = worker.expectExecute().attempt();
      started.add(attempt.task());
      worker.complete(attempt, "1");
    }
    assertThat(started).isEqualTo(tasks);
  }

  @Test
  void aResultThatCannotBeRecordedIsRecordedAndAcknowledgedWhenThereIsRoom() {
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    dispatcher.store().full(Write.END);
    worker.complete(attempt, "1");
    TaskId next = dispatcher.submit("hash");
    dispatcher.pass(Duration.ofSeconds(3));
    worker.complete(attempt, "1");
    assertThat(worker.heard(Message.ResultAck.class)).isEmpty();
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.RUNNING);

    dispatcher.store().heal();
    dispatcher.pass(Duration.ofSeconds(1));

    worker.expectAck(attempt);
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.COMPLETED);
    worker.expectExecute(attempt(next, 1));
  }

  @Test
  void aRetryThatCannotBeQueuedIsQueuedWhenThereIsRoom() {
    TaskId task = dispatcher.submit("hash");
    worker.fail(attempt(task, 1), "x", true);
    dispatcher.store().full(Write.PROMOTE);
    dispatcher.pass(Duration.ofSeconds(3));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.SCHEDULED);

    dispatcher.store().heal();
    dispatcher.pass(Duration.ofSeconds(1));

    worker.expectExecute(attempt(task, 2));
  }

  @Test
  void aQueueThatCannotBeReadIsReadLater() {
    dispatcher.register();
    TaskId task = dispatcher.submit("hash");
    dispatcher.kill();
    dispatcher.start();
    dispatcher.store().full(Write.READ_QUEUE);
    dispatcher.register(worker);
    dispatcher.pass(Duration.ofSeconds(2));
    dispatcher.store().heal();
    dispatcher.pass(Duration.ofSeconds(1));

    worker.expectExecute(attempt(task, 1));
  }

  @Test
  void theLogTellsOnceThatTheStoreFailsAndOnceThatItIsWell() {
    dispatcher.store().full(Write.BEGIN);
    dispatcher.submitMany("hash", 5);
    dispatcher.pass(Duration.ofSeconds(5));
    assertThat(dispatcher.log.with("is tried again")).hasSize(1);

    dispatcher.store().heal();
    dispatcher.pass(Duration.ofSeconds(1));
    worker.expectExecute();

    assertThat(dispatcher.log.with("the store answers again")).hasSize(1);
  }
}
