package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/** Urgent tasks, and those that are not. */
@Timeout(60)
class PriorityIT {
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
  void theMostUrgentStartsFirst() {
    List<TaskId> tasks = List.of(submit(4), submit(0), submit(9), submit(4));
    dispatcher.register(worker);

    assertThat(runAll(4)).containsExactly(tasks.get(2), tasks.get(0), tasks.get(3), tasks.get(1));
  }

  @Test
  void theOrderSurvivesARestart() {
    List<TaskId> tasks = List.of(submit(1), submit(8), submit(3), submit(8));
    dispatcher.kill();
    dispatcher.start();
    dispatcher.register(worker);

    assertThat(runAll(4)).containsExactly(tasks.get(1), tasks.get(3), tasks.get(2), tasks.get(0));
  }

  @Test
  void theLeastUrgentIsNotStarvedByAConstantLoad() {
    TaskId patient = submit(0);
    submit(9);
    dispatcher.register(worker);
    List<TaskId> started = new ArrayList<>();
    while (!started.contains(patient) && started.size() < 50) {
      submit(9);
      started.addAll(runAll(1));
    }

    assertThat(started).hasSize(10).last().isEqualTo(patient);
    runAll(2); // what was submitted on the way
  }

  private List<TaskId> runAll(int count) {
    List<TaskId> started = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      AttemptId attempt = worker.expectExecute().attempt();
      started.add(attempt.task());
      worker.complete(attempt, "1");
      worker.expectAck(attempt);
    }
    return started;
  }

  private TaskId submit(int priority) {
    TaskTerms terms = TaskTerms.STANDARD.withPriority(priority);
    return dispatcher.submit(TaskRequest.of(new TaskType("hash"), new JsonText("1")).with(terms));
  }
}
