package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.wire.Message;

/** Queues that are longer than what is kept in memory, and the stop. */
@Timeout(120)
class QueueIT {
  private static final int MANY = 30_000;

  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 200, "hash");

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
  void manyTasksComeOutOnceAndInOrder() {
    List<TaskId> tasks = dispatcher.submitMany("hash", MANY);
    assertThat(dispatcher.loop().waitingTasks()).isEqualTo(MANY);
    dispatcher.register(worker);

    assertThat(places(tasks, runAll(MANY))).isEqualTo(places(tasks, tasks));
    dispatcher.assertSound();
    assertThat(dispatcher.loop().waitingTasks()).isZero();
    assertThat(dispatcher.loop().counters().completed()).isEqualTo(MANY);
  }

  @Test
  void whatComesBackFromALostWorkerIsTakenInItsOldOrder() {
    dispatcher.register(worker);
    List<TaskId> tasks = dispatcher.submitMany("hash", 500);
    for (int count = 0; count < 200; count++) {
      worker.expectExecute();
    }
    worker.restart();
    dispatcher.register(worker);

    List<TaskId> run = runAll(500);
    List<Integer> started = places(tasks, run);
    assertThat(started).doesNotHaveDuplicates().hasSize(500);
    assertThat(started.stream().filter(place -> place < 200)).isSorted();
    assertThat(started.indexOf(199)).isLessThan(started.indexOf(400));
  }

  @Test
  void tasksThatRanBeforeTheRestartComeBackOnceHoweverLongTheQueueIs() {
    dispatcher.register(worker);
    List<TaskId> tasks = dispatcher.submitMany("hash", 200);
    for (int count = 0; count < 200; count++) {
      worker.expectExecute();
    }
    dispatcher.kill();
    dispatcher.start();
    worker.dispatcherAt(dispatcher.address());
    for (TaskId task : tasks) {
      worker.unknown(attempt(task, 1));
    }
    List<TaskId> all = new ArrayList<>(tasks);
    all.addAll(dispatcher.submitMany("hash", 5_000));
    dispatcher.register(worker);

    assertThat(places(all, runAll(all.size()))).isEqualTo(places(all, all));
  }

  @Test
  void aDrainBeginsNothingAndWaitsForWhatRuns() {
    dispatcher.register(worker);
    List<TaskId> running = dispatcher.submitMany("hash", 2);
    for (TaskId task : running) {
      worker.accept(attempt(task, 1));
    }
    CompletableFuture<Void> drained = dispatcher.loop().drain();
    dispatcher.settle();
    TaskId late = dispatcher.submit("hash");
    worker.complete(attempt(running.getFirst(), 1), "1");
    worker.expectAck(attempt(running.getFirst(), 1));
    dispatcher.settle();
    assertThat(drained).isNotDone();

    worker.complete(attempt(running.getLast(), 1), "1");
    LoopUnderTest.get(drained);

    assertThat(dispatcher.state(running.getLast())).isEqualTo(TaskState.COMPLETED);
    assertThat(dispatcher.state(late)).isEqualTo(TaskState.QUEUED);
    dispatcher.pass(Duration.ofSeconds(1));
    assertThat(worker.heard(Message.Execute.class)).hasSize(2);
  }

  @Test
  void aDrainWithoutAttemptsIsOverAtOnce() {
    dispatcher.submit("hash");

    LoopUnderTest.get(dispatcher.loop().drain());
  }

  @Test
  void tasksOfManyTypesWithoutAWorkerHoldNobodyUp() {
    for (int number = 0; number < 500; number++) {
      dispatcher.submitMany("type-" + number, 1);
    }
    dispatcher.register(worker);
    TaskId task = dispatcher.submit("hash");

    worker.expectExecute(attempt(task, 1));
    assertThat(dispatcher.loop().waitingTasks()).isEqualTo(500);
  }

  /** Where these tasks are in a list. */
  private static List<Integer> places(List<TaskId> inOrder, List<TaskId> wanted) {
    Map<TaskId, Integer> places = new HashMap<>();
    inOrder.forEach(task -> places.put(task, places.size()));
    return wanted.stream().map(places::get).toList();
  }

  /** Completes that many attempts, and answers their tasks in the order in which they started. */
  private List<TaskId> runAll(int count) {
    List<TaskId> started = new ArrayList<>();
    while (started.size() < count) {
      AttemptId attempt = worker.expectExecute().attempt();
      started.add(attempt.task());
      worker.send(worker.completed(attempt, "1"));
    }
    return started;
  }
}
