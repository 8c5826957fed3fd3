package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasknet.devtools.cluster.Job;
import tasknet.devtools.cluster.Ledger;
import tasknet.task.AttemptId;
import tasknet.task.TaskState;

/** Everything at once: restarted, killed, stopped, taken down. The tasks stay. */
class RestartIT extends OnProject {
  private static final int DONE = 30;
  private static final int OPEN = 100;
  private static final int SLOTS = 64;

  private final Ledger done = new Ledger();
  private final Ledger open = new Ledger();

  RestartIT(ComposeProject project) {
    super(project);
  }

  /** Some tasks are done, some run, and some wait until a slot is free. */
  @BeforeEach
  void tasks() throws Exception {
    done.submitAll(project.client(), Job.mixed(1, DONE, 0.1));
    done.settle(project.client(), ComposeProject.SOON);
    open.submitAll(
        project.client(),
        Job.waits(2, OPEN, 2.5, 4).stream().map(job -> job.withAttempts(5)).toList());
    await().until(() -> running() == SLOTS);
    assertThat(project.runs(open)).as("some still wait").hasSizeLessThan(OPEN);
  }

  /** How many of them run now; how many have run goes on where handing in takes long. */
  private long running() throws Exception {
    Set<AttemptId> running = project.logs().running();
    return project.runs(open).keySet().stream().filter(running::contains).count();
  }

  @AfterEach
  void everythingIsUp() throws Exception {
    project.up();
  }

  @Test
  void restartKeepsQueuedRunningAndDoneTasks() throws Exception {
    long started = System.nanoTime();
    project.compose("restart").orFail();
    assertAllAreThere("restart", started);
  }

  @Test
  void aKillOfEverythingKeepsQueuedRunningAndDoneTasks() throws Exception {
    long started = System.nanoTime();
    project.compose("kill").orFail();
    project.up();
    assertAllAreThere("kill", started);
  }

  @Test
  void downAndUpKeepsTheTasks() throws Exception {
    long started = System.nanoTime();
    project.compose("down").orFail();
    assertThat(project.containers()).isEmpty();
    project.up();
    assertAllAreThere("down and up", started);
  }

  @Test
  void stopEndsEveryServiceInTimeWithExitCodeZeroAndStartGoesOn() throws Exception {
    long stopped;
    try (Load load = Load.of(project, Job.mixed(3, 200, 0.2))) {
      load.goOn(30);
      stopped = System.nanoTime();
      project.compose("stop").orFail();
      System.out.printf("system: stopped under load in %s%n", since(stopped));
      for (String container : project.services()) {
        assertThat(ComposeProject.inspect(container).at("/State/ExitCode").asInt())
            .as("exit code of " + container)
            .isZero();
      }
      project.compose("start").orFail();
      Ledger ledger = load.settle();
      ledger.print("stop and start, load", project.retransmissions());
      ledger.assertKept();
    }
    assertAllAreThere("stop and start", stopped);
    assertThat(project.runs(open).keySet())
        .as("runs of tasks, because a stop lets what runs end")
        .extracting(AttemptId::task)
        .doesNotHaveDuplicates();
  }

  private void assertAllAreThere(String title, long started) throws Exception {
    project.awaitWorkers();
    System.out.printf("system: %s, all workers are back after %s%n", title, since(started));
    done.lookAgain(project.client());
    open.settle(project.client(), ComposeProject.SOON);

    done.print(title + ", done before", project.retransmissions());
    open.print(title + ", queued or running", project.retransmissions());
    done.assertKept();
    open.assertKept();
    assertThat(project.runs(open).values()).as("runs of one attempt").containsOnly(1);
    assertThat(open.ended().values())
        .allSatisfy(task -> assertThat(task.state()).isEqualTo(TaskState.COMPLETED));
  }

  private static Duration since(long started) {
    return Duration.ofMillis((System.nanoTime() - started) / 1_000_000);
  }
}
