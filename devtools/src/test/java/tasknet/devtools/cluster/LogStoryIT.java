package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;

/** One grep over the folder of the logs tells what happened to a task. */
class LogStoryIT extends OnTestCluster {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void theLinesOfATaskTellItsStoryInOrder() throws Exception {
    cluster.startNameservice();
    ClusterProcess first = cluster.startWorker("first", "wait");
    cluster.startDispatcher();
    cluster.awaitWorkers("first");
    TaskId id = cluster.client().submit(Job.wait(0.5).task()).id();
    await().atMost(SOON).until(() -> cluster.logs().runs().containsKey(new AttemptId(id, 1)));
    first.kill();
    cluster.startWorker("second", "wait");
    await().atMost(SOON).until(() -> cluster.logs().grep("task completed task=" + id).size() == 1);

    List<String> story = cluster.logs().grep(id.toString());
    story.forEach(System.out::println);
    String one = " task=" + id + " attempt=1 worker=first";
    String two = " task=" + id + " attempt=2 worker=second";
    List<String> told =
        List.of(
            " dispatcher task stored type=wait task=" + id,
            " dispatcher attempt begun" + one,
            " worker-wait attempt started" + one,
            " dispatcher attempt failed code=worker-lost next=QUEUED",
            " dispatcher attempt begun" + two,
            " worker-wait attempt started" + two,
            " worker-wait attempt completed" + two,
            " dispatcher task completed" + two);
    assertThat(story).hasSameSizeAs(told);
    // By their times, because two services may write in the same millisecond.
    assertThat(told.stream().map(text -> LogFolder.time(only(story, text)))).isSorted();
  }

  private static String only(List<String> lines, String text) {
    List<String> found = lines.stream().filter(line -> line.contains(text)).toList();
    assertThat(found).as("lines with '%s' in %s", text, lines).hasSize(1);
    return found.getFirst();
  }
}
