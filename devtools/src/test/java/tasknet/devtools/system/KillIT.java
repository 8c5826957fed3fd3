package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.devtools.cluster.Job;
import tasknet.devtools.cluster.Ledger;
import tasknet.task.AttemptId;

/** {@code docker kill} of each service while tasks come in and run. */
class KillIT extends OnProject {
  KillIT(ComposeProject project) {
    super(project);
  }

  @AfterEach
  void startAgain() throws Exception {
    project.up();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nameservice", "monitoring"})
  void tasksGoOnWhileAServiceIsAwayThatNoTaskPasses(String service) throws Exception {
    try (Load load = Load.of(project, mixed())) {
      load.goOn(50);
      Ran.docker("kill", project.container(service));
      load.goOn(100);
      Ledger away = new Ledger();
      away.submitAll(project.client(), Job.mixed(5, 50, 0.1));
      away.settle(project.client(), ComposeProject.SOON);
      away.print(service + " away", project.retransmissions());
      away.assertKept();
      Ran.docker("start", project.container(service));
      project.awaitHealthy(service);
      load.goOn(50);

      Ledger ledger = load.settle();
      ledger.print(service + " killed", project.retransmissions());
      ledger.assertKept();
      assertRunOnce(ledger);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dispatcher"})
  void everyTaskEndsOnceAndNoneRunsTwice(String service) throws Exception {
    try (Load load = Load.of(project, mixed())) {
      load.goOn(50);
      await().until(() -> project.logs().running().size() > 5);
      Ran.docker("kill", project.container(service));
      Ran.docker("start", project.container(service));
      load.goOn(50);

      Ledger ledger = load.settle();
      ledger.print(service + " killed", project.retransmissions());
      ledger.assertKept();
      assertRunOnce(ledger);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker-wait"})
  void whatAKilledWorkerHadRunsAgainWhenItIsBack(String service) throws Exception {
    String killed = project.freeWorkers(project.container(service)).getFirst().id().name();
    try (Load load = Load.of(project, mixed())) {
      load.goOn(50);
      await().until(() -> project.logs().running().size() > 5);
      Ran.docker("kill", project.container(service));
      load.goOn(50);
      Ran.docker("start", project.container(service));
      project.awaitWorkers();

      Ledger ledger = load.settle();
      ledger.print(service + " killed", project.retransmissions());
      ledger.assertKept();
      assertThat(project.runs(ledger).values()).as("runs of one attempt").containsOnly(1);
      assertThat(ledger.ended().values())
          .filteredOn(task -> task.attempts().getFirst().worker().equals(killed))
          .as("what the killed worker had")
          .anySatisfy(task -> assertThat(task.attempts()).hasSizeGreaterThan(1));
      assertThat(ledger.ended().values())
          .filteredOn(task -> !task.type().name().equals("wait"))
          .as("what others had")
          .allSatisfy(task -> assertThat(task.attempts()).hasSize(1));
    }
  }

  private void assertRunOnce(Ledger ledger) {
    assertThat(project.runs(ledger).values()).as("runs of one attempt").containsOnly(1);
    assertThat(project.runs(ledger).keySet()).extracting(AttemptId::task).doesNotHaveDuplicates();
  }

  private static List<Job> mixed() {
    List<Job> jobs = new ArrayList<>(Job.mixed(1, 250, 0.2));
    jobs.addAll(Job.waits(2, 250, 0.2, 1.5));
    Collections.shuffle(jobs, new Random(3));
    return jobs.stream().map(job -> job.withAttempts(5)).toList();
  }
}
