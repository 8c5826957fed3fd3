package tasknet.dispatcher.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskState;

/** What a worker says of how far an attempt is. */
@Timeout(60)
class ProgressIT {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 2, "hash");
  private LoopUnderTest dispatcher;
  private TaskId task;
  private AttemptId attempt;

  @BeforeEach
  void start() {
    dispatcher = new LoopUnderTest(folder);
    dispatcher.register(worker);
    task = dispatcher.submit("hash");
    attempt = attempt(task, 1);
    worker.accept(worker.expectExecute(attempt).attempt());
  }

  @AfterEach
  void stop() {
    dispatcher.assertSound();
    dispatcher.close();
    worker.close();
  }

  @Test
  void theNewestWordIsKeptAtMostOnceASecond() {
    report(attempt, 10);
    dispatcher.pass(Duration.ofMillis(100));
    report(attempt, 20);
    report(attempt, 30);
    assertThat(percent()).isEqualTo(10);

    dispatcher.pass(Duration.ofMillis(850));
    assertThat(percent()).isEqualTo(10);
    dispatcher.pass(Duration.ofMillis(50));
    assertThat(percent()).isEqualTo(30);

    report(attempt, 40);
    assertThat(percent()).isEqualTo(30);
    dispatcher.pass(SECOND);
    assertThat(percent()).isEqualTo(40);
    worker.accept(attempt); // so that it is not lost
    dispatcher.pass(SECOND);
    report(attempt, 50);
    assertThat(percent()).isEqualTo(50);
  }

  @Test
  void aWordThatWasOvertakenChangesNothing() {
    report(attempt, 60);
    dispatcher.pass(SECOND);
    String late =
        "TN1 worker-1 %d 0\n{\"op\":\"progress\",\"task\":\"%s\",\"attempt\":1,\"percent\":5}\n"
            .formatted(worker.epoch(), task);
    worker.peer().sendRaw(dispatcher.address(), late.getBytes(UTF_8));
    worker.accept(attempt); // and waits until that has been taken in, too
    dispatcher.settle();
    assertThat(percent()).isEqualTo(60);

    report(attempt, 55); // the handler itself takes it back
    assertThat(percent()).isEqualTo(55);
  }

  @Test
  void itStaysThroughARestart() {
    report(attempt, 70);
    dispatcher.kill();
    dispatcher.start();
    dispatcher.register(worker);

    assertThat(percent()).isEqualTo(70);
    report(attempt, 80);
    assertThat(percent()).isEqualTo(80);
  }

  @Test
  void anAttemptThatIsOverChangesNothing() {
    report(attempt, 70);
    report(attempt, 75);
    worker.fail(attempt, "broken", true);
    worker.expectAck(attempt);
    dispatcher.settle();
    assertThat(dispatcher.task(task).progress()).isNull();
    dispatcher.pass(SECOND.multipliedBy(2));
    AttemptId second = worker.expectExecute(attempt(task, 2)).attempt();
    worker.accept(second);
    report(attempt, 90);

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.RUNNING);
    assertThat(dispatcher.task(task).progress()).isNull();
    report(second, 5);
    assertThat(percent()).isEqualTo(5);
  }

  @Test
  void aStoreWithoutRoomLosesWordsAndNothingElse() {
    dispatcher.store().full(Write.PROGRESS);
    report(attempt, 10);
    dispatcher.store().heal();
    assertThat(dispatcher.task(task).progress()).isNull();
    dispatcher.pass(SECOND);
    report(attempt, 20);
    assertThat(percent()).isEqualTo(20);
    worker.complete(attempt, "1");
    worker.expectAck(attempt);
    dispatcher.settle();

    assertThat(dispatcher.state(task)).isEqualTo(TaskState.COMPLETED);
  }

  private void report(AttemptId of, int percent) {
    worker.progress(of, percent, percent + " files");
    dispatcher.settle();
  }

  private int percent() {
    TaskProgress progress = Objects.requireNonNull(dispatcher.task(task).progress());
    assertThat(progress.note()).isEqualTo(progress.percent() + " files");
    return progress.percent();
  }
}
