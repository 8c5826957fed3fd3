package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tasknet.devtools.cluster.Job;
import tasknet.devtools.cluster.Ledger;
import tasknet.http.ProblemException;
import tasknet.testkit.NeedsDocker;
import tools.jackson.databind.node.ObjectNode;

/** The dispatcher's volume is full, and has room again. */
@NeedsDocker
@ExtendWith(SharedProject.class)
class FullDiskIT {
  private static final int RUNNING = 40;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder = Path.of("");

  @Test
  void aFullVolumeRefusesTasksLosesNoneAndIsUsedAgainWhenItHasRoom(Checkout checkout)
      throws Exception {
    try (ComposeProject project =
        new ComposeProject(
            checkout,
            folder,
            FullDiskIT::smallVolume,
            "dispatcher",
            "worker-wait",
            "worker-hash",
            "nameservice")) {
      project.start();
      String dispatcher = project.container("dispatcher");
      Ran.docker("exec", dispatcher, "sh", "-c", "head -c 34M /dev/zero >/data/ballast");
      Ledger running = new Ledger();
      running.submitAll(project.client(), Job.waits(1, RUNNING, 10, 12));
      await().until(() -> project.runs(running).size() == RUNNING);
      Ran.docker("kill", project.container("worker-hash"));
      Ledger waiting = new Ledger();
      // Soon enough that no ended task has to be removed for them: those that run are to be found.
      for (int from = 0; !waiting.refused().containsKey("store-full"); from += 50) {
        waiting.submitAll(
            project.client(),
            IntStream.range(from, from + 50)
                .mapToObj(it -> Job.hash(it + "x".repeat(7_000)))
                .toList());
      }
      System.out.println("full volume: refused=" + waiting.refused());
      assertThat(waiting.acknowledged()).isGreaterThan(100);
      assertThatProblemIsClear(project);
      await().atMost(ComposeProject.SOON).until(() -> project.logs().running().isEmpty());
      Ran.docker("exec", dispatcher, "rm", "/data/ballast");
      waiting.submitPatiently(project.client(), Job.hash("there is room again"));
      Ran.docker("start", project.container("worker-hash"));
      running.settle(project.client(), ComposeProject.SOON);
      waiting.settle(project.client(), ComposeProject.SOON);

      running.print("full volume, running", project.retransmissions());
      waiting.print("full volume, waiting", project.retransmissions());
      running.assertKept();
      waiting.assertKept();
      assertThat(project.logs().runs().values()).containsOnly(1);
      assertThat(running.ended().values())
          .allSatisfy(task -> assertThat(task.attempts()).hasSize(1));
    }
  }

  /** Smaller tasks may find room where larger ones did not, and those that came at once. */
  private static void assertThatProblemIsClear(ComposeProject project) throws Exception {
    for (int smaller = 0; smaller < 1_000; smaller++) {
      try {
        project.client().submit(Job.hash("x".repeat(2000)).task());
      } catch (ProblemException e) {
        System.out.println("full volume: " + smaller + " more, then " + e.problem());
        assertThat(e.problem().status()).isEqualTo(507);
        assertThat(e.problem().code()).isEqualTo("store-full");
        assertThat(e.problem().detail()).contains("full");
        return;
      }
    }
    throw new AssertionError("a full volume takes tasks");
  }

  private static void smallVolume(ObjectNode all) {
    ObjectNode options =
        all.putObject("volumes").putObject("dispatcher-data").putObject("driver_opts");
    options.put("type", "tmpfs").put("device", "tmpfs").put("o", "size=40m,uid=1000,gid=1000");
  }
}
