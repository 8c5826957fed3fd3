package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tasknet.devtools.cluster.Job;
import tasknet.devtools.cluster.Ledger;
import tasknet.devtools.cluster.LogFolder;
import tasknet.http.JsonClient;
import tasknet.task.TaskId;
import tools.jackson.databind.JsonNode;

/** The logs of all services, in one folder and in one answer of monitoring. */
class StoryIT extends OnProject {
  StoryIT(ComposeProject project) {
    super(project);
  }

  @Test
  void everyServiceLogsIntoTheFolder() throws Exception {
    List<String> expected = new ArrayList<>();
    for (String container : project.services()) {
      String service = container.substring(project.name().length() + 1).replaceFirst("-1$", "");
      expected.add(service + ".log");
    }
    try (Stream<Path> files = Files.list(project.logs().folder())) {
      assertThat(
              files.filter(StoryIT::isWritten).map(file -> file.getFileName().toString()).toList())
          .containsAll(expected);
    }
  }

  @Test
  void oneGrepTellsTheStoryOfATaskWhoseWorkerWasKilled() throws Exception {
    String container = project.container("worker-wait");
    Ledger ledger = new Ledger();
    ledger.submit(project.client(), Job.wait(1.0));
    TaskId id = ledger.ids().getFirst();
    await().until(() -> project.runs(ledger).size() == 1);
    Ran.docker("kill", container);
    await()
        .atMost(ComposeProject.SOON)
        .until(
            () ->
                !project.logs().grep("code=worker-lost").stream()
                    .filter(it -> it.contains("" + id))
                    .toList()
                    .isEmpty());
    Ran.docker("start", container);
    ledger.settle(project.client(), ComposeProject.SOON);
    ledger.assertKept();

    await()
        .until(
            () ->
                project.logs().grep("" + id).stream()
                    .anyMatch(it -> it.contains(" dispatcher task completed")));
    List<String> story = project.logs().grep("" + id);
    story.forEach(System.out::println);
    assertThat(story.stream().map(LogFolder::time)).isSorted();
    String one = " task=" + id + " attempt=1 ";
    String two = " task=" + id + " attempt=2 ";
    assertThat(story)
        .anyMatch(line -> line.contains(" dispatcher task stored type=wait task=" + id))
        .anyMatch(line -> line.contains(" dispatcher attempt begun" + one))
        .anyMatch(line -> line.contains(" worker-wait attempt started" + one))
        .anyMatch(line -> line.contains(" dispatcher attempt failed code=worker-lost next=QUEUED"))
        .anyMatch(line -> line.contains(" dispatcher attempt begun" + two))
        .anyMatch(line -> line.contains(" worker-wait attempt started" + two))
        .anyMatch(line -> line.contains(" worker-wait attempt completed" + two))
        .anyMatch(line -> line.contains(" dispatcher task completed" + two));
    try (JsonClient monitoring = new JsonClient(project.monitoring(), Duration.ofSeconds(10))) {
      JsonNode found = monitoring.get("/api/logs?task=" + id, JsonNode.class);
      assertThat(found.path("entries").size()).as(found.toString()).isEqualTo(story.size());
    }
  }

  private static boolean isWritten(Path file) {
    try {
      return Files.size(file) > 0;
    } catch (IOException e) {
      return false;
    }
  }
}
