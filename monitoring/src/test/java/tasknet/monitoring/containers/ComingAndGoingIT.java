package tasknet.monitoring.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasknet.testkit.NeedsDocker;
import tasknet.testkit.TestProject;

/** Containers that come and go leave nothing behind: no stream, thread, socket or memory. */
@NeedsDocker
@Timeout(300)
class ComingAndGoingIT {
  private static final int CONTAINERS = 20;
  private static final int ROUNDS = 10;
  private static final int TIMES = CONTAINERS * ROUNDS;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestProject project = new TestProject("dapi-leak");
  private final Watched watched = Watched.of(project.name());

  @AfterEach
  void close() throws IOException {
    watched.close();
    project.close();
  }

  @Test
  void twoHundredStartsAndStopsLeaveNothingBehind() throws Exception {
    round(create(2)); // what is loaded and kept from the first time on
    awaitQuiet(2);
    int threads = threads();
    long files = files();

    int most = 0;
    for (int round = 0; round < ROUNDS / 2; round++) {
      List<String> ids = create(CONTAINERS);
      round(ids);
      round(ids);
      most = Math.max(most, watched.runtime.openStreams());
      remove(ids);
    }
    awaitQuiet(TIMES + 2);

    System.out.printf(
        "%d starts and stops, up to %d streams at a time: threads %d -> %d, files %d -> %d%n",
        TIMES, most, threads, threads(), files, files());
    assertThat(most).isPositive();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(threads()).isLessThanOrEqualTo(threads));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(files()).isLessThanOrEqualTo(files));
    assertThat(watched.runtime.containers(0)).isEmpty();
  }

  /** Starts all; every second one ends by itself, the others are killed. */
  private static void round(List<String> ids) throws IOException {
    docker("start", ids);
    docker("kill", ids.stream().filter(id -> ids.indexOf(id) % 2 == 0).toList());
    docker("wait", ids);
  }

  private List<String> create(int count) throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String[] command = i % 2 == 0 ? new String[] {"sleep", "60"} : new String[] {"sleep", "0.5"};
      ids.add(project.create("c" + i, List.of("--network", "none"), command));
    }
    return ids;
  }

  private static void remove(List<String> ids) throws IOException {
    docker("rm", ids);
  }

  private void awaitQuiet(int deaths) throws IOException {
    await().atMost(PATIENCE).until(() -> watched.count(EventKind.DIE) == deaths);
    assertThat(watched.count(EventKind.START)).isEqualTo(deaths);
    List<String> left = watched.runtime.containers(0).stream().map(Container::id).toList();
    if (!left.isEmpty()) {
      remove(left);
    }
    await().atMost(PATIENCE).until(() -> watched.runtime.containers(0).isEmpty());
    await().atMost(PATIENCE).until(() -> watched.runtime.openStreams() == 0);
  }

  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  private static long files() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  private static void docker(String verb, List<String> ids) throws IOException {
    TestProject.docker(Stream.concat(Stream.of(verb), ids.stream()).toArray(String[]::new));
  }
}
