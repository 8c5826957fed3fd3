package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tasknet.devtools.cluster.Job;
import tasknet.devtools.cluster.Ledger;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskStatus;

/** {@code docker network disconnect} of a worker, and a connection with another address. */
class ReconnectIT extends OnProject {
  private static final int TASKS = 20;

  private final List<String> placeholders = new ArrayList<>();

  ReconnectIT(ComposeProject project) {
    super(project);
  }

  @AfterEach
  void remove() throws Exception {
    for (String placeholder : placeholders) {
      Ran.docker("rm", "-f", placeholder);
    }
    // As it was: connected as Compose does it.
    project.up("--force-recreate", "--no-deps", "worker-wait");
  }

  @Test
  void aWorkerWithAnotherAddressIsFoundThereAndGetsWorkAgain() throws Exception {
    String container = project.container("worker-wait");
    String network = project.name() + "_tasknet";
    String worker = project.freeWorkers(container).getFirst().id().name();
    String before = project.freeWorkers(container).getFirst().host();
    Ledger cut = new Ledger();
    cut.submitAll(project.client(), Job.waits(1, TASKS, 0.5, 1));
    await().until(() -> project.runs(cut).size() == TASKS);
    Ran.docker("network", "disconnect", network, container);
    await().atMost(ComposeProject.SOON).until(() -> project.freeWorkers(container).isEmpty());
    occupy(network, before);
    Ran.docker("network", "connect", "--alias", "worker-wait", network, container);

    await()
        .atMost(ComposeProject.SOON)
        .until(
            () ->
                project.freeWorkers(container).stream()
                    .anyMatch(free -> !free.host().equals(before)));
    String after = project.freeWorkers(container).getFirst().host();
    System.out.printf("system: %s was at %s and is at %s%n", worker, before, after);
    cut.settle(project.client(), ComposeProject.SOON);
    cut.print("worker disconnected", project.retransmissions());
    cut.assertKept();
    assertThat(project.runs(cut).values()).containsOnly(1);
    Ledger again = new Ledger();
    again.submitAll(project.client(), Job.waits(2, TASKS, 0, 0.1));
    again.settle(project.client(), ComposeProject.SOON);
    again.print("worker connected again", project.retransmissions());
    again.assertKept();
    assertThat(again.ended().values())
        .flatExtracting(TaskStatus::attempts)
        .extracting(AttemptStatus::worker)
        .containsOnly(worker);
  }

  /** Puts containers into the network until the address is taken. */
  private void occupy(String network, String address) throws Exception {
    String taken = "";
    while (!taken.equals(address)) {
      assertThat(placeholders).as("placeholders, the last at " + taken).hasSizeLessThan(20);
      String name = project.name() + "-placeholder-" + placeholders.size();
      placeholders.add(name);
      Ran.docker(
          "run",
          "-d",
          "--name",
          name,
          "--network",
          network,
          "--entrypoint",
          "sleep",
          "--label",
          Checkout.LABEL + "=" + Checkout.RUN,
          "--label",
          "com.docker.compose.project=" + project.name(),
          project.image("worker"),
          "600");
      taken =
          ComposeProject.inspect(name)
              .path("NetworkSettings")
              .path("Networks")
              .path(network)
              .path("IPAddress")
              .asString();
    }
  }
}
