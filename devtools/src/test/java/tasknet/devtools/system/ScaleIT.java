package tasknet.devtools.system;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tasknet.devtools.cluster.Job;
import tasknet.devtools.cluster.Ledger;

/** {@code docker compose up -d --scale worker-hash=3}, and back. */
class ScaleIT extends OnProject {
  ScaleIT(ComposeProject project) {
    super(project);
  }

  @AfterEach
  void one() throws Exception {
    project.up("--scale", "worker-hash=1");
  }

  @Test
  void threeReplicasShareTheLoadAndTwoOfThemLeaveWithoutALoss() throws Exception {
    project.up("--scale", "worker-hash=3");
    project.awaitWorkers();
    assertThat(hashWorkers()).isEqualTo(3);
    Ledger three = new Ledger();
    three.submitAll(project.client(), hashes("three", 600));
    three.settle(project.client(), ComposeProject.SOON);

    Map<String, Long> attempts =
        three.ended().values().stream()
            .flatMap(task -> task.attempts().stream())
            .collect(groupingBy(attempt -> attempt.worker(), counting()));
    System.out.println("system: attempts of three replicas " + attempts);
    three.print("scaled to three", project.retransmissions());
    three.assertKept();
    assertThat(attempts).hasSize(3);
    for (String file : List.of("worker-hash.log", "worker-hash-2.log", "worker-hash-3.log")) {
      assertThat(Files.readString(project.logs().folder().resolve(file)))
          .contains(" attempt completed ");
    }

    Ledger leaving;
    try (Load load = Load.of(project, hashes("leaving", 500))) {
      load.goOn(20);
      project.up("--scale", "worker-hash=1");
      leaving = load.settle();
    }
    project.awaitWorkers();

    leaving.print("scaled back to one", project.retransmissions());
    leaving.assertKept();
    assertThat(hashWorkers()).isEqualTo(1);
  }

  private long hashWorkers() throws InterruptedException {
    return project.freeWorkers().stream()
        .filter(worker -> worker.types().toString().contains("hash"))
        .count();
  }

  private static List<Job> hashes(String text, int count) {
    List<Job> jobs = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      jobs.add(Job.hash(text + " " + number));
    }
    return jobs;
  }
}
