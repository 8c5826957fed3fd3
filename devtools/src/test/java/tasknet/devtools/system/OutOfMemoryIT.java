package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.client.TaskSubmission;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskError;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;

/** A handler that takes all memory, of its heap or of its container. */
class OutOfMemoryIT extends OnProject {
  OutOfMemoryIT(ComposeProject project) {
    super(project);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "native"})
  void aTaskThatEndsEveryWorkerIsDeadWithTheCause(String memory) throws Exception {
    int restarts = restarts();
    TaskStatus dead = run(memory, 2, 2);

    System.out.println("out of memory, " + memory + ": " + dead.attempts());
    assertThat(dead.state()).isEqualTo(TaskState.DEAD);
    assertThat(dead.attempts()).hasSize(2).allSatisfy(OutOfMemoryIT::assertOutOfMemory);
    await().atMost(ComposeProject.SOON).until(() -> restarts() >= restarts + 2);
    project.awaitWorkers();
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "native"})
  void aTaskThatTakesAllMemoryOnceIsRunAgainByTheWorkerThatCameBack(String memory)
      throws Exception {
    TaskStatus completed = run(memory, 1, 3);

    assertThat(completed.state()).as(completed.toString()).isEqualTo(TaskState.COMPLETED);
    List<AttemptStatus> attempts = completed.attempts();
    assertOutOfMemory(attempts.getFirst());
    assertThat(attempts.getLast().error()).isNull();
  }

  private static void assertOutOfMemory(AttemptStatus attempt) {
    TaskError error = Objects.requireNonNull(attempt.error());
    assertThat(error.code()).isEqualTo(TaskError.WORKER_LOST);
    assertThat(error.message()).contains("memory");
  }

  /** A task that takes all memory in as many attempts. */
  private TaskStatus run(String memory, int times, int maxAttempts) throws InterruptedException {
    TaskSubmission task =
        TaskSubmission.of("take_memory", Map.of("memory", memory, "attempts", times))
            .withMaxAttempts(maxAttempts);
    return project.client().submitAndWait(task, ComposeProject.SOON);
  }

  private int restarts() throws Exception {
    return ComposeProject.inspect(project.container(Greedy.SERVICE)).path("RestartCount").asInt();
  }
}
