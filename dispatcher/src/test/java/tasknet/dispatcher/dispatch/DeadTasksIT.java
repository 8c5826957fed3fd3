package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.store.Requeue;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.AttemptStatus;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.wire.Message;

/** DEAD tasks that are brought back, or deleted, while the loop runs. */
@Timeout(60)
class DeadTasksIT {
  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 1, "hash");

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
  void aRequeuedTaskRunsAgainWithItsNextNumber() {
    TaskId task = dead(dispatcher.submit("hash"));

    requeue(task, null);

    worker.expectExecute(attempt(task, 2));
    worker.complete(attempt(task, 2), "\"done\"");
    worker.expectAck(attempt(task, 2));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.COMPLETED);
    assertThat(dispatcher.task(task).attempts())
        .extracting(AttemptStatus::number)
        .containsExactly(1, 2);
    assertThat(dispatcher.loop().counters().requeued()).isEqualTo(1);
  }

  @Test
  void whoWaitsForARequeuedTaskHearsOfItsNextEnd() throws Exception {
    TaskId task = dead(dispatcher.submit("hash"));
    requeue(task, null);
    CompletableFuture<@Nullable TaskEnd> end =
        dispatcher.loop().waiters().await(task, Duration.ofSeconds(20));

    worker.expectExecute(attempt(task, 2));
    assertThat(end).isNotDone();
    worker.complete(attempt(task, 2), "1");

    assertThat(Objects.requireNonNull(end.get(20, TimeUnit.SECONDS)).state())
        .isEqualTo(TaskState.COMPLETED);
  }

  @Test
  void aResultOfBeforeTheRequeueChangesNothing() {
    TaskId task = dead(dispatcher.submit("hash"));
    requeue(task, null);
    worker.expectExecute(attempt(task, 2));

    worker.complete(attempt(task, 1), "\"late\"");

    dispatcher.settle();
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
    assertThat(dispatcher.loop().counters().staleResults()).isEqualTo(1);
  }

  @Test
  void aRequeuedTaskIsTheLastOfTheQueueAndHasItsEditedPayload() {
    TaskId task = dead(dispatcher.submit("hash"));
    dispatcher.submit("hash"); // takes the slot
    TaskId before = dispatcher.submit("hash");

    requeue(task, new JsonText("\"edited\""));

    Message.Execute busy = worker.expectExecute();
    worker.complete(busy.attempt(), "1");
    worker.complete(worker.expectExecute(attempt(before, 1)).attempt(), "1");
    assertThat(ScriptedWorker.payload(worker.expectExecute(attempt(task, 2))))
        .isEqualTo("\"edited\"");
  }

  @Test
  void aRequeuedTaskMayFailAsOftenAsANewOne() {
    TaskId task = dead(dispatcher.submit("hash", 2));
    requeue(task, null);

    worker.expectExecute(attempt(task, 2));
    worker.fail(attempt(task, 2), "broken", true);
    dispatcher.pass(Duration.ofSeconds(1));
    worker.expectExecute(attempt(task, 3));
    worker.fail(attempt(task, 3), "broken", true);

    dispatcher.settle();
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.DEAD);
  }

  @Test
  void aDeadlineThatIsToComeHoldsAfterTheRequeue() {
    TaskRequest request =
        TaskRequest.of(new TaskType("hash"), new JsonText("1"))
            .with(TaskTerms.STANDARD.withDeadline(dispatcher.clock.instant().plusSeconds(60)));
    TaskId task = dead(dispatcher.submit(request));
    dispatcher.register();
    dispatcher.kill();
    dispatcher.start();
    Fingerprint group = Objects.requireNonNull(dispatcher.task(task).fingerprint());
    assertThat(LoopUnderTest.get(dispatcher.loop().deadTasks().requeueAll(group).done()))
        .isEqualTo(1);

    dispatcher.pass(Duration.ofSeconds(61));

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.EXPIRED);
  }

  @Test
  void allOfAGroupComeBackAndRunInTheirOrder() {
    List<TaskId> dead = deadOnes(700);
    dispatcher.register();
    dispatcher.kill();
    dispatcher.start();
    GroupChange change = requeueAll(dead.getFirst());

    assertThat(LoopUnderTest.get(change.done())).isEqualTo(dead.size());
    dispatcher.settle();
    assertThat(dispatcher.loop().waitingTasks()).isEqualTo(dead.size());
    dispatcher.register(worker);
    for (TaskId task : dead) {
      worker.complete(worker.expectExecute(attempt(task, 2)).attempt(), "1");
    }
    assertThat(dispatcher.loop().counters().requeued()).isEqualTo(dead.size());
  }

  @Test
  void aGroupThatComesBackWhileOthersRunIsNotLost() {
    List<TaskId> dead = deadOnes(30);
    TaskId last = dispatcher.submit("hash");
    LoopUnderTest.get(requeueAll(dead.getFirst()).done());
    TaskId afterwards = dispatcher.submit("hash");

    worker.complete(worker.expectExecute(attempt(last, 1)).attempt(), "1");
    for (TaskId task : dead) {
      worker.complete(worker.expectExecute(attempt(task, 2)).attempt(), "1");
    }
    worker.expectExecute(attempt(afterwards, 1));
  }

  @Test
  void aDeletedGroupIsGone() {
    List<TaskId> dead = deadOnes(600);
    Fingerprint group = Objects.requireNonNull(dispatcher.task(dead.getFirst()).fingerprint());

    assertThat(LoopUnderTest.get(dispatcher.loop().deadTasks().deleteAll(group).done()))
        .isEqualTo(600);

    assertThat(dispatcher.store().find(dead.getFirst())).isEmpty();
    assertThat(dispatcher.store().counts().get(new TaskType("hash"))).isNull();
  }

  @Test
  void aGroupThatNobodyHasIsNoWork() {
    GroupChange change =
        dispatcher.loop().deadTasks().requeueAll(new Fingerprint("0123456789abcdef"));

    assertThat(LoopUnderTest.get(change.done())).isZero();
  }

  private GroupChange requeueAll(TaskId one) {
    Fingerprint group = Objects.requireNonNull(dispatcher.task(one).fingerprint());
    return dispatcher.loop().deadTasks().requeueAll(group);
  }

  private void requeue(TaskId task, @Nullable JsonText payload) {
    assertThat(LoopUnderTest.get(dispatcher.loop().deadTasks().requeue(task, payload, null)))
        .isInstanceOf(Requeue.Requeued.class);
    dispatcher.settle();
  }

  private List<TaskId> deadOnes(int count) {
    List<TaskId> tasks = new ArrayList<>(dispatcher.submitMany("hash", count));
    tasks.forEach(this::dead);
    return tasks;
  }

  /** Fails in a way that is not retried. */
  private TaskId dead(TaskId task) {
    if (dispatcher.workers().isEmpty()) {
      dispatcher.register(worker);
    }
    worker.expectExecute(attempt(task, 1));
    worker.fail(attempt(task, 1), "broken", false);
    worker.expectAck(attempt(task, 1));
    return task;
  }
}
