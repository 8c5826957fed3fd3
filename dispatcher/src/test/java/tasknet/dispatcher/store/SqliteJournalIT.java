package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.store.Sample.HASH;
import static tasknet.dispatcher.store.Sample.request;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.AttemptId;
import tasknet.task.Labels;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;

/** What the store tells of its commits. */
@Timeout(60)
class SqliteJournalIT {
  @TempDir Path folder;
  private final Sample sample = new Sample();
  private final List<TaskEvent> told = Collections.synchronizedList(new ArrayList<>());
  private SqliteTaskStore store;

  @BeforeEach
  void open() {
    store =
        new SqliteTaskStore(
            new SqliteTaskStore.Options(folder, SqliteTaskStore.Options.DEFAULT_MAX_BYTES),
            this::tell,
            SqliteStores.LOG);
    store.start();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private long tell(List<TaskEvent> events) {
    long before = told.size();
    told.addAll(events);
    return before;
  }

  @Test
  void everyTransitionIsToldWithItsAttempt() {
    Map<String, String> labels = Map.of("a", "b");
    TaskRequest marked = request(HASH).with(TaskTerms.STANDARD.withLabels(new Labels(labels)));
    TaskId id = get(store.add(sample.ids.next(), marked, sample.now())).id();
    get(store.begin(sample.start(attempt(id, 1))));
    TaskProgress progress = new TaskProgress(40, "4 of 10", sample.now());
    get(store.progress(attempt(id, 1), progress));
    get(store.end(sample.failed(attempt(id, 1), TaskState.SCHEDULED, true)));
    sample.advance(Duration.ofMinutes(1));
    get(store.promote(sample.now(), 10));
    get(store.begin(sample.start(attempt(id, 2))));
    get(store.end(sample.completed(attempt(id, 2), "1")));

    assertThat(told).extracting(TaskEvent::task).containsOnly(id);
    assertThat(told).extracting(TaskEvent::type).containsOnly(HASH);
    assertThat(told).extracting(TaskEvent::labels).containsOnly(labels);
    assertThat(told)
        .extracting(each -> each.state() + " " + each.attempt() + " " + each.worker())
        .containsExactly(
            "QUEUED null null",
            "RUNNING 1 worker-1",
            "RUNNING 1 worker-1",
            "SCHEDULED 1 worker-1",
            "QUEUED null null",
            "RUNNING 2 worker-1",
            "COMPLETED 2 worker-1");
    assertThat(told.get(2).progress()).isEqualTo(progress);
    assertThat(told.get(3).error()).isEqualTo(Sample.BROKEN);
    assertThat(told.getLast()).isEqualTo(get(store.snapshot(id)).orElseThrow().task());
  }

  @Test
  void whatChangesNothingIsNotTold() {
    TaskId id = get(store.add(sample.ids.next(), request(HASH), sample.now())).id();
    get(store.begin(sample.start(attempt(id, 2))));
    get(store.end(sample.completed(attempt(id, 1), "1")));
    assertThat(get(store.progress(attempt(id, 1), new TaskProgress(1, "", sample.now()))))
        .isFalse();
    get(store.cancel(id, sample.now()));
    get(store.cancel(id, sample.now()));

    assertThat(told)
        .extracting(TaskEvent::state)
        .containsExactly(TaskState.QUEUED, TaskState.CANCELLED);
  }

  @Test
  void whatIsRolledBackIsNotTold() {
    TaskId twice = sample.ids.next();
    List<CompletableFuture<QueuedTask>> all = new ArrayList<>();
    for (int round = 0; round < 50; round++) {
      all.add(store.add(sample.ids.next(), request(HASH), sample.now()));
      all.add(store.add(twice, request(HASH), sample.now()));
    }
    List<TaskId> added = new ArrayList<>();
    all.forEach(
        each -> {
          CompletableFuture<QueuedTask> settled = each.exceptionally(_ -> null);
          QueuedTask task = get(settled);
          if (task != null) {
            added.add(task.id());
          }
        });

    assertThat(added).hasSize(51);
    assertThat(told).extracting(TaskEvent::task).containsExactlyElementsOf(added);
  }

  @Test
  void aSnapshotStandsBetweenTheEventsBeforeAndAfterIt() {
    TaskId id = get(store.add(sample.ids.next(), request(HASH), sample.now())).id();
    List<CompletableFuture<?>> all = new ArrayList<>();
    List<CompletableFuture<java.util.Optional<TaskSnapshot>>> snapshots = new ArrayList<>();
    for (int number = 1; number <= 100; number++) {
      snapshots.add(store.snapshot(id));
      all.add(store.begin(sample.start(attempt(id, number))));
      snapshots.add(store.snapshot(id));
      all.add(store.end(sample.failed(attempt(id, number), TaskState.QUEUED, false)));
    }
    all.forEach(SqliteJournalIT::get);

    for (var each : snapshots) {
      TaskSnapshot snapshot = get(each).orElseThrow();
      TaskEvent before = told.get((int) snapshot.events() - 1);
      assertThat(snapshot.task()).isEqualTo(before);
    }
    assertThat(snapshots).extracting(each -> get(each).orElseThrow().events()).isSorted();
    assertThat(get(store.snapshot(sample.ids.next()))).isEmpty();
  }

  private static AttemptId attempt(TaskId id, int number) {
    return new AttemptId(id, number);
  }

  private static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(20, TimeUnit.SECONDS).join();
  }
}
