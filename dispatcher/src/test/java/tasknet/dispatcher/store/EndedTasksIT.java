package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.store.Sample.HASH;
import static tasknet.dispatcher.store.Sample.UPPER;
import static tasknet.dispatcher.testkit.Futures.get;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.store.EndedTasks.Batch;
import tasknet.dispatcher.store.EndedTasks.Group;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.task.Labels;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/** Removing ended tasks: which go, what goes with them, and that the file shrinks. */
class EndedTasksIT {
  private static final Batch ALL = new Batch(1000, Long.MAX_VALUE);

  private final Sample sample = new Sample();
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private SqliteTaskStore store;

  @BeforeEach
  void open() {
    store = SqliteStores.open(folder);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aTaskGoesWithAllThatBelongsToItAndNothingElseDoes() throws Exception {
    QueuedTask gone = task(HASH, 5000);
    end(gone, TaskState.DEAD);
    QueuedTask stays = task(HASH, 5000);
    end(stays, TaskState.COMPLETED);

    assertThat(remove(HASH, TaskState.DEAD, sample.now())).isEqualTo(1);

    assertThat(store.find(gone.id())).isEmpty();
    assertThat(store.find(stays.id()))
        .hasValueSatisfying(task -> assertThat(task.attempts()).hasSize(1));
    assertThat(store.counts()).isEqualTo(Map.of(HASH, Map.of(TaskState.COMPLETED, 1L)));
    assertRows(1);
  }

  @Test
  void whatHasNotEndedIsNeverRemoved() {
    task(HASH, 10);
    begin(task(HASH, 10));
    QueuedTask retried = task(HASH, 10);
    begin(retried);
    get(store.end(sample.failed(retried.nextAttempt(), TaskState.SCHEDULED, true)));

    assertThat(store.ended().groups()).isEmpty();
    for (TaskState state : TaskState.values()) {
      assertThat(remove(HASH, state, sample.now().plus(Duration.ofDays(999)))).isZero();
    }
    assertThat(store.list(TaskFilter.ALL, 10)).hasSize(3);
  }

  @Test
  void theOldestOfATypeAndStateGoFirstAndNoMoreThanABatch() {
    List<TaskId> completed = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      QueuedTask task = task(HASH, 10);
      end(task, TaskState.COMPLETED);
      end(task(UPPER, 10), TaskState.COMPLETED);
      end(task(HASH, 10), TaskState.DEAD);
      completed.add(task.id());
    }
    Instant third = Objects.requireNonNull(store.find(completed.get(2)).orElseThrow().endedAt());

    assertThat(get(remove(HASH, TaskState.COMPLETED, sample.now(), new Batch(2, Long.MAX_VALUE))))
        .isEqualTo(2);
    assertThat(left(HASH, TaskState.COMPLETED)).isEqualTo(completed.subList(2, 5));
    assertThat(store.ended().groups())
        .contains(new Group(HASH, TaskState.COMPLETED, third))
        .hasSize(3);
    assertThat(remove(HASH, TaskState.COMPLETED, third)).isEqualTo(1);
    assertThat(left(HASH, TaskState.COMPLETED)).isEqualTo(completed.subList(3, 5));
    assertThat(left(HASH, TaskState.DEAD)).hasSize(5);
    assertThat(left(UPPER, TaskState.COMPLETED)).hasSize(5);
  }

  @Test
  void aBatchEndsWithTheTaskThatReachesItsBytes() {
    for (int number = 0; number < 4; number++) {
      end(task(HASH, 10_000), TaskState.COMPLETED);
    }

    assertThat(get(remove(HASH, TaskState.COMPLETED, sample.now(), new Batch(100, 15_000))))
        .isEqualTo(2);
    assertThat(get(remove(HASH, TaskState.COMPLETED, sample.now(), new Batch(100, 1))))
        .isEqualTo(1);
  }

  @Test
  void aSubmissionKeyStaysForItsTime() {
    SubmissionKey key = new SubmissionKey("k", "body", sample.now().plusSeconds(3600));
    TaskRequest request = Sample.request(HASH);
    TaskId id = sample.ids.next();
    QueuedTask task = ((Addition.Added) get(store.addOnce(id, request, sample.now(), key))).task();
    end(task, TaskState.COMPLETED);

    assertThat(remove(HASH, TaskState.COMPLETED, sample.now())).isEqualTo(1);

    assertThat(get(store.addOnce(sample.ids.next(), request, sample.now(), key)))
        .isEqualTo(new Addition.Known(id));
    assertThat(store.find(id)).isEmpty();
  }

  @Test
  void theFileShrinksAndTheRestIsIntact() throws Exception {
    List<QueuedTask> kept = new ArrayList<>();
    for (int number = 0; number < 3000; number++) {
      QueuedTask task = task(number % 10 == 0 ? UPPER : HASH, number % 100 == 5 ? 20_000 : 1000);
      if (number % 10 == 0) {
        kept.add(task);
      } else {
        end(task, TaskState.COMPLETED);
      }
    }
    store.ended().checkpoint();
    StoreRoom full = store.ended().room();
    assertThat(full.file()).isEqualTo(full.used() + full.free());

    while (remove(HASH, TaskState.COMPLETED, sample.now()) > 0) {
      // Until all are gone.
    }
    StoreRoom emptied = store.ended().room();
    assertThat(emptied.used()).isLessThan(full.used() / 3);
    assertThat(emptied.free()).isGreaterThan(full.used() / 2);
    while (get(store.ended().shrink(100)) > 0) {
      // Until there is nothing free.
    }
    store.ended().checkpoint();

    StoreRoom shrunk = store.ended().room();
    assertThat(shrunk.free()).isZero();
    assertThat(Files.size(folder.resolve("tasks.db")))
        .isEqualTo(shrunk.file())
        .isEqualTo(shrunk.used());
    assertThat(shrunk.file()).isLessThan(full.file() / 3);
    assertThat(SqliteStores.ask(folder, "PRAGMA integrity_check")).isEqualTo("ok");
    assertThat(left(UPPER, TaskState.QUEUED)).isEqualTo(kept.stream().map(QueuedTask::id).toList());
    Path copy = folder.resolve("copy.db");
    assertThat(StoreBackup.copy(folder, List::of, copy).tasks()).isEqualTo(kept.size());
    assertRows(kept.size());
  }

  @Test
  void aCopyShrinksAsWell() throws Exception {
    task(HASH, 10);
    Path copied = Files.createDirectory(folder.resolve("copied"));
    StoreBackup.copy(folder, List::of, copied.resolve("tasks.db"));

    assertThat(SqliteStores.ask(copied, "PRAGMA auto_vacuum")).isEqualTo("2");
  }

  /** Nothing belongs to a task that is not there. */
  private void assertRows(int tasks) throws SQLException {
    assertThat(SqliteStores.ask(folder, "SELECT count(*) FROM task")).isEqualTo("" + tasks);
    for (String stray :
        List.of(
            "attempt WHERE task NOT IN (SELECT id FROM task)",
            "label WHERE task NOT IN (SELECT id FROM task)",
            "large_payload WHERE seq NOT IN (SELECT seq FROM task)")) {
      assertThat(SqliteStores.ask(folder, "SELECT count(*) FROM " + stray))
          .as(stray)
          .isEqualTo("0");
    }
  }

  private int remove(TaskType type, TaskState state, Instant endedBy) {
    return get(remove(type, state, endedBy, ALL));
  }

  private java.util.concurrent.CompletableFuture<Integer> remove(
      TaskType type, TaskState state, Instant endedBy, Batch most) {
    return store.ended().remove(new Group(type, state, Instant.EPOCH), endedBy, most);
  }

  private List<TaskId> left(TaskType type, TaskState state) {
    return store.list(new TaskFilter(state, type, null), 10_000).stream()
        .map(task -> task.id())
        .toList()
        .reversed();
  }

  private QueuedTask task(TaskType type, int length) {
    TaskRequest request =
        Sample.request(type, '"' + "x".repeat(length) + '"')
            .with(TaskTerms.STANDARD.withLabels(new Labels(Map.of("a", "1", "b", "2"))));
    return get(store.add(sample.ids.next(), request, sample.now()));
  }

  private void begin(QueuedTask task) {
    assertThat(get(store.begin(sample.start(task.nextAttempt())))).isTrue();
  }

  private void end(QueuedTask task, TaskState state) {
    begin(task);
    sample.advance(Duration.ofSeconds(1));
    assertThat(
            get(
                store.end(
                    state == TaskState.COMPLETED
                        ? sample.completed(task.nextAttempt(), "1")
                        : sample.failed(task.nextAttempt(), state, true))))
        .isTrue();
  }
}
