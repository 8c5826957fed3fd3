package tasknet.dispatcher.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.testkit.LogLines;
import tasknet.dispatcher.testkit.ScriptedNameservice;
import tasknet.dispatcher.testkit.ScriptedNameservice.Mood;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.http.JsonClient;
import tasknet.registry.WorkerList;

/** A nameservice that comes, goes, hangs and talks nonsense. */
@Timeout(60)
class WorkerDirectoryIT {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final LogLines log = new LogLines();
  private final List<WorkerList> lists = new CopyOnWriteArrayList<>();
  private final ScriptedWorker one = open(ScriptedWorker.open("worker-1", 1, "hash"));
  private final ScriptedWorker two = open(ScriptedWorker.open("worker-2", 1, "hash"));
  private final ScriptedNameservice nameservice = open(new ScriptedNameservice());
  private WorkerDirectory directory;

  @BeforeEach
  void start() {
    nameservice.start();
    JsonClient client = open(new JsonClient(nameservice.uri(), Duration.ofSeconds(2)));
    directory = open(new WorkerDirectory(client, lists::add, log.logger()));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    assertThat(log.errors()).isEmpty();
  }

  @Test
  void changesAreToldAsTheyHappen() {
    directory.start();
    await().until(() -> lists.size() == 1);
    nameservice.register(one);
    await().until(() -> lists.size() == 2);
    nameservice.register(one, two);
    await().until(() -> lists.size() == 3);

    assertThat(names(lists.get(1))).containsExactly("worker-1");
    assertThat(names(lists.get(2))).containsExactly("worker-1", "worker-2");
    assertThat(nameservice.queries().get(1)).isEqualTo("after=1&wait=30s");
    assertThat(directory.hasAnswered()).isTrue();
    assertThat(log.with("nameservice")).hasSize(1);
  }

  @Test
  void aNameserviceThatIsAwayAtTheStartIsFoundWhenItComes() {
    nameservice.stop();
    nameservice.register(one);
    directory.start();
    await().until(() -> !log.with("does not answer").isEmpty());
    assertThat(directory.hasAnswered()).isFalse();
    nameservice.start();

    await().until(() -> lists.size() == 1);
    assertThat(names(lists.getFirst())).containsExactly("worker-1");
    await().until(directory::hasAnswered);
    assertThat(log.with("does not answer")).hasSize(1);
    assertThat(log.with("nameservice answers")).hasSize(1);
  }

  @Test
  void whileItIsAwayTheLastListStandsAndTheLogSaysSoOnce() {
    nameservice.register(one);
    directory.start();
    await().until(() -> lists.size() == 1);
    nameservice.mood(Mood.FAILING);
    int before = nameservice.queries().size();
    await().until(() -> nameservice.queries().size() > before + 3);
    assertThat(lists).hasSize(1);
    assertThat(directory.hasAnswered()).isTrue();
    assertThat(log.with("does not answer")).hasSize(1);
    nameservice.mood(Mood.WELL);
    await().until(() -> log.with("nameservice answers").size() == 2);

    nameservice.mood(Mood.FAILING);
    await().until(() -> log.with("does not answer").size() == 2);
  }

  @Test
  void aSmallerRevisionAfterItsRestartIsTaken() {
    nameservice.tell(100, List.of(one.registration()));
    directory.start();
    await().until(() -> lists.size() == 1);
    nameservice.stop();
    nameservice.tell(3, List.of(two.registration()));
    nameservice.start();

    await().until(() -> names(lists.getLast()).equals(List.of("worker-2")));
    nameservice.register(one, two);
    await().until(() -> lists.getLast().workers().size() == 2);
  }

  @Test
  void theSameRevisionAfterItsRestartMayBeAnotherList() {
    nameservice.tell(5, List.of(one.registration()));
    directory.start();
    await().until(() -> lists.size() == 1);
    nameservice.stop();
    await().until(() -> !log.with("does not answer").isEmpty());
    nameservice.tell(5, List.of(two.registration()));
    nameservice.start();

    await().until(() -> names(lists.getLast()).equals(List.of("worker-2")));
  }

  @Test
  void aNameserviceThatHangsIsAskedAgain() {
    nameservice.mood(Mood.HANGING);
    directory.start();
    await().until(() -> nameservice.queries().size() == 2);
    assertThat(log.with("does not answer")).hasSize(1);
    nameservice.mood(Mood.WELL);

    await().until(() -> !lists.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "<html>",
        "{}",
        "{\"revision\":7}",
        "{\"revision\":\"seven\",\"workers\":[]}",
        "{\"revision\":7,\"workers\":{}}",
        "{\"revision\":7,\"workers\":[null]}",
        "{\"revision\":7,\"workers\":[{\"id\":\"no name!\"}]}",
        "{\"revision\":7,\"workers\":[{\"id\":\"w\",\"fixed\":false,\"expiresAt\":\"2026-01-01T00:00:00Z\","
            + "\"registration\":{\"types\":[\"hash\"],\"host\":\"x\",\"port\":0,\"capacity\":1,\"epoch\":1,"
            + "\"version\":\"1\",\"startedAt\":\"2026-01-01T00:00:00Z\"}}]}",
      })
  void nonsenseIsNoList(String nonsense) {
    nameservice.garbage(nonsense);
    directory.start();
    await().until(() -> nameservice.queries().size() > 2);
    assertThat(lists).isEmpty();
    assertThat(directory.hasAnswered()).isFalse();
    assertThat(log.with("does not answer")).hasSize(1);
    nameservice.register(one);
    nameservice.mood(Mood.WELL);

    await().until(() -> lists.size() == 1);
  }

  @Test
  void aListenerThatFailsDoesNotEndTheDirectory() throws Exception {
    JsonClient client = open(new JsonClient(nameservice.uri(), Duration.ofSeconds(2)));
    try (WorkerDirectory broken =
        new WorkerDirectory(
            client,
            list -> {
              lists.add(list);
              throw new IllegalStateException("a test says so");
            },
            log.logger())) {
      broken.start();

      await().until(() -> lists.size() >= 2);
    }
  }

  @Test
  void anAnswerThatComesAtOnceWithoutNewsIsNotAskedForInALoop() {
    nameservice.garbage("{\"revision\":7,\"workers\":[]}");
    directory.start();
    await().until(() -> nameservice.queries().size() >= 3);
    int before = nameservice.queries().size();
    long start = System.nanoTime();
    await().until(() -> nameservice.queries().size() > before + 5);

    // The pauses between them, five at least, are real; how long the rest takes does not matter.
    assertThat(System.nanoTime() - start).isGreaterThan(Duration.ofMillis(400).toNanos());
  }

  @Test
  void itClosesWhileItWaits() {
    directory.start();
    await().until(() -> nameservice.queries().size() == 2);
    directory.close();
    directory.close();
    nameservice.register(one);

    assertThat(lists).hasSize(1);
  }

  @Test
  void itClosesWhileTheNameserviceIsAway() {
    nameservice.stop();
    directory.start();
    await().until(() -> !log.with("does not answer").isEmpty());

    directory.close();
  }

  @Test
  void itClosesWithoutAStart() {
    directory.close();

    assertThat(nameservice.queries()).isEmpty();
  }

  private static List<String> names(WorkerList list) {
    return list.workers().stream().map(worker -> worker.id().name()).toList();
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.add(resource);
    return resource;
  }
}
