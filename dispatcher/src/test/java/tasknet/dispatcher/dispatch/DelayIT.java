package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.dispatch.LoopUnderTest.attempt;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.wire.Message;

/** Tasks that start later. */
@Timeout(60)
class DelayIT {
  @TempDir Path folder;
  private LoopUnderTest dispatcher;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 4, "hash");

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
  void aTaskStartsWhenItsTimeHasCome() {
    TaskId task = submit(Duration.ofSeconds(1));
    dispatcher.pass(Duration.ofMillis(975));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.SCHEDULED);
    assertThat(dispatcher.loop().waitingTasks()).isZero();

    dispatcher.pass(Duration.ofMillis(50));

    complete(task);
  }

  @Test
  void aTimeThatCameWhileNoDispatcherRanIsMadeUpFor() {
    TaskId task = submit(Duration.ofHours(1));
    dispatcher.kill();
    dispatcher.clock.advance(Duration.ofHours(2));
    dispatcher.start();
    dispatcher.register(worker);

    complete(task);
  }

  @Test
  void aTaskThatIsCancelledBeforeItsTimeNeverStarts() {
    TaskId task = submit(Duration.ofSeconds(1));

    assertThat(dispatcher.cancel(task))
        .isEqualTo(new Cancellation.WhileWaiting(TaskState.SCHEDULED, new TaskType("hash"), null));

    dispatcher.pass(Duration.ofSeconds(2));
    assertThat(worker.heard(Message.Execute.class, attempt(task, 1))).isZero();
  }

  private void complete(TaskId task) {
    worker.expectExecute(attempt(task, 1));
    worker.complete(attempt(task, 1), "1");
    worker.expectAck(attempt(task, 1));
    assertThat(dispatcher.state(task)).isEqualTo(TaskState.COMPLETED);
  }

  private TaskId submit(Duration delay) {
    Instant start = dispatcher.clock.instant().plus(delay);
    TaskTerms terms = TaskTerms.STANDARD.withRunAt(start);
    return dispatcher.submit(TaskRequest.of(new TaskType("hash"), new JsonText("1")).with(terms));
  }
}
