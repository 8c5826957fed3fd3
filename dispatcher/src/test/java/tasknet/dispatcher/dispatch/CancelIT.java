package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.testkit.FaultyStore.Write;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.wire.Message;

/** Cancelling tasks, wherever they are. */
@Timeout(60)
class CancelIT {
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
  void aRunningAttemptIsCancelledAtItsWorkerUntilThatAnswers() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    worker.accept(attempt);
    assertThat(dispatcher.cancel(attempt.task())).isInstanceOf(Cancellation.WhileRunning.class);
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.CANCELLED);
    dispatcher.pass(Duration.ofSeconds(1));
    // Besides the first one: three after a short silence, and those of the timer.
    assertThat(worker.heard(Message.Cancel.class, attempt)).isBetween(4L, 9L);

    worker.fail(attempt, "cancelled", false);
    worker.expectAck(attempt);
    long told = worker.heard(Message.Cancel.class, attempt);
    dispatcher.pass(Duration.ofSeconds(5));

    assertThat(worker.heard(Message.Cancel.class, attempt)).isEqualTo(told);
    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.CANCELLED);
    assertThat(dispatcher.worker(worker).running()).isZero();
  }

  @Test
  void anAttemptThatWasNeverAnsweredIsNotSentAgainOnceItIsCancelled() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    worker.expectExecute();
    dispatcher.cancel(attempt.task());
    long sent = worker.heard(Message.Execute.class, attempt);
    dispatcher.pass(Duration.ofSeconds(1));

    assertThat(worker.heard(Message.Cancel.class, attempt)).isGreaterThan(1);
    assertThat(worker.heard(Message.Execute.class, attempt)).isEqualTo(sent);
  }

  @Test
  void theResultThatComesAfterTheCancelChangesNothing() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    worker.accept(attempt);
    dispatcher.cancel(attempt.task());

    worker.complete(attempt, "\"too late\"");
    worker.expectAck(attempt);

    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.CANCELLED);
    assertThat(dispatcher.task(attempt.task()).result()).isNull();
    assertThat(dispatcher.loop().counters().completed()).isZero();
  }

  @Test
  void aResultThatIsBeingCommittedWins() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    worker.complete(attempt, "1");

    assertThat(dispatcher.cancel(attempt.task()))
        .isEqualTo(new Cancellation.AlreadyEnded(TaskState.COMPLETED));
    worker.expectAck(attempt);
  }

  @Test
  void aCancelThatIsCommittedBeforeTheResultWins() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    dispatcher.store().hold(Write.END);
    worker.complete(attempt, "1");
    dispatcher.cancel(attempt.task());
    dispatcher.store().heal();
    worker.expectAck(attempt);

    assertThat(dispatcher.state(attempt.task())).isEqualTo(TaskState.CANCELLED);
    assertThat(dispatcher.loop().counters().completed()).isZero();
    assertThat(dispatcher.loop().counters().staleResults()).isEqualTo(1);
  }

  @Test
  void aWorkerThatDoesNotKnowTheAttemptIsNotToldAgain() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    dispatcher.cancel(attempt.task());
    worker.unknown(attempt);
    dispatcher.pass(Duration.ofSeconds(5));

    assertThat(worker.heard(Message.Cancel.class, attempt)).isEqualTo(1);
    assertThat(dispatcher.worker(worker).running()).isZero();
  }

  @Test
  void aWorkerThatOnlySaysThatItStillRunsIsNotFlooded() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    dispatcher.cancel(attempt.task());
    for (int count = 0; count < 20; count++) {
      worker.accept(attempt);
    }

    assertThat(worker.heard(Message.Cancel.class, attempt)).isEqualTo(1);
    dispatcher.pass(Duration.ofSeconds(1));
    assertThat(worker.heard(Message.Cancel.class, attempt)).isBetween(2L, 6L);
  }

  @Test
  void theSlotOfACancelledAttemptIsFreeWhenItHasStopped() {
    dispatcher.register(worker);
    worker.free(0);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    worker.accept(attempt);
    TaskId next = dispatcher.submit("hash");
    dispatcher.cancel(attempt.task());
    assertThat(dispatcher.state(next)).isEqualTo(TaskState.QUEUED);

    worker.free(1);
    worker.fail(attempt, "cancelled", false);

    worker.expectExecute(attempt(next, 1));
  }

  @Test
  void aCancelledAttemptOfALostWorkerIsForgotten() {
    dispatcher.register(worker);
    AttemptId attempt = attempt(dispatcher.submit("hash"), 1);
    worker.accept(attempt);
    dispatcher.cancel(attempt.task());
    dispatcher.pass(Duration.ofSeconds(2));

    assertThat(dispatcher.worker(worker).running()).isZero();
    assertThat(dispatcher.loop().counters().lost()).isZero();
    assertThat(dispatcher.task(attempt.task()).attempts()).hasSize(1);
  }

  @Test
  void aTaskThatWaitsInMemoryIsNeverSent() {
    TaskId cancelled = dispatcher.submit("hash");
    TaskId next = dispatcher.submit("hash");
    assertThat(dispatcher.cancel(cancelled))
        .isEqualTo(new Cancellation.WhileWaiting(TaskState.QUEUED, new TaskType("hash"), null));
    assertThat(dispatcher.loop().waitingTasks()).isEqualTo(1);
    dispatcher.register(worker);

    worker.expectExecute(attempt(next, 1));
    assertThat(worker.heard(Message.Execute.class)).hasSize(1);
  }

  @Test
  void aTaskThatWaitsInTheStoreOnlyIsNeverSent() {
    List<TaskId> tasks = dispatcher.submitMany("hash", 3_100);
    for (TaskId task : tasks.subList(0, 3_000)) {
      var _ = dispatcher.loop().cancel(task);
    }
    dispatcher.cancel(tasks.get(3_050));
    dispatcher.assertSound();
    assertThat(dispatcher.loop().waitingTasks()).isEqualTo(99);
    dispatcher.register(worker);

    for (TaskId task : tasks.subList(3_000, 3_100)) {
      if (!task.equals(tasks.get(3_050))) {
        worker.expectExecute(attempt(task, 1));
        worker.send(worker.completed(attempt(task, 1), "1"));
      }
    }
    worker.tell();
    assertThat(worker.heard(Message.Execute.class)).hasSize(99);
  }

  @Test
  void aTaskThatIsCancelledWhileItsAttemptIsBegunIsNeverSent() {
    dispatcher.register(worker);
    dispatcher.store().hold(Write.BEGIN);
    TaskId task = dispatcher.submit("hash");
    dispatcher.cancel(task);
    dispatcher.store().heal();
    dispatcher.assertSound();
    TaskId next = dispatcher.submit("hash");

    worker.expectExecute(attempt(next, 1));
    assertThat(worker.heard(Message.class)).hasSize(1);
  }

  @Test
  void aTaskThatWaitsForItsRetryIsNotTriedAgain() {
    dispatcher.register(worker);
    TaskId task = dispatcher.submit("hash");
    worker.fail(attempt(task, 1), "handler-failed", true);
    dispatcher.settle();
    assertThat(dispatcher.cancel(task))
        .isEqualTo(new Cancellation.WhileWaiting(TaskState.SCHEDULED, new TaskType("hash"), null));
    dispatcher.pass(Duration.ofSeconds(2));

    assertThat(worker.heard(Message.Execute.class)).hasSize(1);
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.CANCELLED);
  }

  @Test
  void whatHasEndedOrIsNotThereCannotBeCancelled() {
    dispatcher.register(worker);
    TaskId task = dispatcher.submit("hash");
    dispatcher.cancel(task);

    assertThat(dispatcher.cancel(task))
        .isEqualTo(new Cancellation.AlreadyEnded(TaskState.CANCELLED));
    assertThat(dispatcher.cancel(dispatcher.newId())).isEqualTo(new Cancellation.NotFound());
    worker.unknown(attempt(task, 1));
  }

  @Test
  void whoeverWaitsForTheTaskIsTold() {
    dispatcher.register(worker);
    List<TaskId> tasks = Stream.of("hash", "hash").map(dispatcher::submit).toList();
    List<CompletableFuture<@Nullable TaskEnd>> waiting =
        tasks.stream()
            .map(task -> dispatcher.loop().waiters().await(task, Duration.ofSeconds(30)))
            .toList();
    tasks.forEach(dispatcher::cancel);

    for (CompletableFuture<@Nullable TaskEnd> end : waiting) {
      assertThat(end)
          .succeedsWithin(Duration.ofSeconds(10))
          .isEqualTo(new TaskEnd(TaskState.CANCELLED, null));
    }
    assertThat(dispatcher.loop().waiters().size()).isZero();
  }
}
