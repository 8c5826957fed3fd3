package tasknet.monitoring.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
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

  /** One for each thread that asks the engine something. */
  private static final int KEPT_CONNECTIONS = 3;

  private static final int PARALLEL = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestProject project = new TestProject("dapi-leak");
  private final Watched watched = Watched.of(project.name());

  private final Set<String> sleepers = ConcurrentHashMap.newKeySet();
  private int most;

  @AfterEach
  void close() throws IOException {
    watched.close();
    project.close();
  }

  @Test
  void twoHundredStartsAndStopsLeaveNothingBehind() throws Exception {
    round(create(2)); // what is loaded and kept from the first time on
    awaitQuiet(2);
    List<String> threads = threads();
    long files = files();

    for (int round = 0; round < ROUNDS / 2; round++) {
      List<String> ids = create(CONTAINERS);
      round(ids);
      round(ids);
      docker("rm", ids);
    }
    awaitQuiet(TIMES + 2);

    System.out.printf(
        "%d starts and stops, up to %d streams at a time: threads %d -> %d, files %d -> %d%n",
        TIMES, most, threads.size(), threads().size(), files, files());
    assertThat(most).isGreaterThan(2);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(threads()).hasSizeLessThanOrEqualTo(threads.size()));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(files()).isLessThanOrEqualTo(files + KEPT_CONNECTIONS));
    assertThat(watched.runtime.containers(0)).isEmpty();

    watched.close(); // and with it what was open at the first count
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(files()).isLessThan(files));
  }

  /** Starts all; every second one ends by itself, the others are killed. */
  private void round(List<String> ids) {
    watched.attention.look();
    List<List<String>> parts = parts(ids);
    each(parts, part -> docker("start", part));
    most = Math.max(most, watched.runtime.openStreams());
    each(parts, part -> docker("kill", part.stream().filter(sleepers::contains).toList()));
    each(parts, part -> docker("wait", part));
  }

  private List<String> create(int count) {
    List<String> ids = Collections.synchronizedList(new ArrayList<>());
    each(
        IntStream.range(0, count).boxed().toList(),
        i -> {
          boolean sleeper = i % 2 == 0;
          String id =
              project.create(
                  "c" + i, List.of("--network", "none"), "sleep", sleeper ? "60" : "0.5");
          ids.add(id);
          if (sleeper) {
            sleepers.add(id);
          }
        });
    return ids;
  }

  private static List<List<String>> parts(List<String> ids) {
    int size = Math.max(1, ids.size() / PARALLEL);
    return IntStream.iterate(0, from -> from < ids.size(), from -> from + size)
        .mapToObj(from -> ids.subList(from, Math.min(ids.size(), from + size)))
        .toList();
  }

  private interface Work<T> {
    void on(T item) throws IOException;
  }

  /** Several at a time: the engine takes most of the time, not this machine's processors. */
  private static <T> void each(List<T> items, Work<T> work) {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(PARALLEL, Thread.ofVirtual().factory())) {
      items.stream()
          .map(
              item ->
                  threads.submit(
                      () -> {
                        work.on(item);
                        return item;
                      }))
          .toList()
          .forEach(
              future -> {
                try {
                  future.get();
                } catch (InterruptedException | ExecutionException e) {
                  throw new IllegalStateException(e);
                }
              });
    }
  }

  private void awaitQuiet(int deaths) throws IOException {
    await().atMost(PATIENCE).until(() -> watched.count(EventKind.DIE) == deaths);
    assertThat(watched.count(EventKind.START)).isEqualTo(deaths);
    List<String> left = watched.runtime.containers(0).stream().map(Container::id).toList();
    if (!left.isEmpty()) {
      docker("rm", left);
    }
    await().atMost(PATIENCE).until(() -> watched.runtime.containers(0).isEmpty());
    await().atMost(PATIENCE).until(() -> watched.runtime.openStreams() == 0);
  }

  /** Without the test's own and the JDK's carriers, whose number follows the load. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> !name.matches("(ForkJoinPool|process reaper|awaitility).*"))
        .sorted()
        .toList();
  }

  private static long files() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  private static void docker(String verb, List<String> ids) throws IOException {
    if (ids.isEmpty()) {
      return;
    }
    TestProject.docker(Stream.concat(Stream.of(verb), ids.stream()).toArray(String[]::new));
  }
}
