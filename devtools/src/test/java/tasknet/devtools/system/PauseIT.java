package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tasknet.devtools.cluster.Job;
import tasknet.devtools.cluster.Ledger;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskStatus;

/** {@code docker pause} of a worker, for longer than it may be silent. */
class PauseIT extends OnProject {
  private static final int TASKS = 10;

  PauseIT(ComposeProject project) {
    super(project);
  }

  @AfterEach
  void one() throws Exception {
    project.compose("unpause");
    project.up();
  }

  @Test
  void theLateResultsOfAPausedWorkerChangeNothingAndItTakesWorkAgain() throws Exception {
    // A project with a paused container cannot be scaled.
    project.compose("create", "--no-build", "--no-recreate", "--scale", "worker-wait=2").orFail();
    String paused = project.container("worker-wait", 1);
    String sleeper = project.freeWorkers(paused).getFirst().id().name();
    Ledger ledger = new Ledger();
    ledger.submitAll(project.client(), Job.waits(1, TASKS, 2, 3));
    await().until(() -> project.runs(ledger).size() == TASKS);
    long staleBefore = staleResults();
    Ran.docker("pause", paused);
    String substitute = project.container("worker-wait", 2);
    Ran.docker("start", substitute);
    await().atMost(ComposeProject.SOON).until(() -> !project.freeWorkers(substitute).isEmpty());
    String other = project.freeWorkers(substitute).getFirst().id().name();

    ledger.settle(project.client(), ComposeProject.SOON);
    assertThat(ledger.ended().values())
        .extracting(task -> task.attempts().stream().map(AttemptStatus::worker).toList())
        .containsOnly(List.of(sleeper, other));
    assertThat(staleResults()).isEqualTo(staleBefore);
    Ran.docker("unpause", paused);

    await().atMost(ComposeProject.SOON).until(() -> staleResults() >= staleBefore + TASKS);
    project.awaitWorkers();
    ledger.lookAgain(project.client());
    ledger.print("worker paused", project.retransmissions());
    ledger.assertKept();
    assertThat(project.runs(ledger).values()).containsOnly(1);

    Ran.docker("rm", "-f", substitute);
    project.awaitWorkers();
    Ledger later = new Ledger();
    later.submitAll(project.client(), Job.waits(2, TASKS, 0, 0.1));
    later.settle(project.client(), ComposeProject.SOON);
    later.assertKept();
    assertThat(later.ended().values())
        .flatExtracting(TaskStatus::attempts)
        .extracting(AttemptStatus::worker)
        .containsOnly(sleeper);
  }

  private long staleResults() throws IOException, InterruptedException {
    return project.stats().path("attempts").path("staleResults").asLong();
  }
}
