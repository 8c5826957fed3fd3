package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.testkit.Futures.failure;
import static tasknet.dispatcher.testkit.Futures.get;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.AttemptId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;
import tasknet.testkit.SmallDisk;

/** No room: additions are refused, what is there goes on, and room is used when it comes back. */
class SqliteStoreFullIT {
  private static final long BOUND = 4 << 20;

  private final Sample sample = new Sample();
  @TempDir Path folder;

  @Test
  void atItsBoundTheStoreRefusesAdditionsAndEndsTheTasksItHas() throws Exception {
    int kept;
    try (SqliteTaskStore store = SqliteStores.open(folder, BOUND)) {
      List<QueuedTask> tasks = fill(store);
      kept = tasks.size();
      assertThat(kept).isGreaterThan(1000);
      assertThat(store.stats().refused()).isPositive();

      for (QueuedTask task : tasks.subList(0, 500)) {
        assertThat(get(store.begin(sample.start(task.nextAttempt())))).isTrue();
        assertThat(get(store.end(sample.completed(task.nextAttempt(), "1")))).isTrue();
      }
      assertThat(get(store.cancel(tasks.getLast().id(), sample.now())))
          .isEqualTo(new Cancellation.WhileWaiting(TaskState.QUEUED, new TaskType("hash"), null));
      // A large one: tasks that ended left a few pages of the queue's index behind.
      assertThat(failure(add(store, 200_000))).isInstanceOf(StoreFullException.class);
      assertThat(store.counts())
          .isEqualTo(
              Map.of(
                  Sample.HASH,
                  Map.of(
                      TaskState.QUEUED,
                      kept - 501L,
                      TaskState.COMPLETED,
                      500L,
                      TaskState.CANCELLED,
                      1L)));
    }
    assertThat(Files.size(folder.resolve("tasks.db"))).isLessThanOrEqualTo(BOUND);
    assertThat(SqliteStores.ask(folder, "PRAGMA integrity_check")).isEqualTo("ok");

    try (SqliteTaskStore store = SqliteStores.open(folder, 2 * BOUND)) {
      get(add(store, 5000));
      assertThat(store.list(TaskFilter.ALL, Integer.MAX_VALUE)).hasSize(kept + 1);
    }
  }

  @Test
  void onAFullDiskNothingThatWasAnsweredIsLostAndRoomIsUsedWhenItComesBack() throws Exception {
    try (SmallDisk small = SmallDisk.mount(folder, 8)) {
      Path disk = small.path();
      Path ballast = disk.resolve("ballast");
      Files.write(ballast, new byte[4 << 20]);
      try (SqliteTaskStore store = SqliteStores.open(disk)) {
        List<QueuedTask> tasks = fill(store);
        assertThat(ids(store)).isEqualTo(tasks.stream().map(QueuedTask::id).toList().reversed());

        Files.delete(ballast);

        QueuedTask later = get(add(store, 1000));
        assertThat(get(store.begin(sample.start(later.nextAttempt())))).isTrue();
        QueuedTask first = tasks.getFirst();
        assertThat(get(store.begin(sample.start(first.nextAttempt())))).isTrue();
        assertThat(get(store.end(sample.completed(first.nextAttempt(), "1")))).isTrue();
        assertThat(ids(store)).hasSize(tasks.size() + 1);
      }
      assertThat(SqliteStores.ask(disk, "PRAGMA integrity_check")).isEqualTo("ok");
    }
  }

  @Test
  void onAFullDiskTasksAreTakenOverTogetherOrNotAtAll() throws Exception {
    try (SmallDisk small = SmallDisk.mount(folder, 8)) {
      Path disk = small.path();
      Path ballast = disk.resolve("ballast");
      Files.write(ballast, new byte[4 << 20]);
      try (SqliteTaskStore store = SqliteStores.open(disk)) {
        int lists = 0;
        List<HeldTask> next = completed(70);
        Throwable failure = failure(store.adopt(next));
        while (failure == null) {
          lists++;
          next = completed(70);
          failure = failure(store.adopt(next));
        }

        assertThat(failure).isInstanceOf(StoreFullException.class);
        assertThat(lists).isPositive();
        assertThat(ids(store)).hasSize(70 * lists);

        Files.delete(ballast);

        assertThat(get(store.adopt(next))).isEqualTo(70);
        assertThat(ids(store)).hasSize(70 * (lists + 1));
        assertThat(store.counts())
            .isEqualTo(Map.of(Sample.HASH, Map.of(TaskState.COMPLETED, 70L * (lists + 1))));
      }
      assertThat(SqliteStores.ask(disk, "PRAGMA integrity_check")).isEqualTo("ok");
    }
  }

  @Test
  void aSmallDiskIsNotFilledByTheLogOfASmallStore() throws Exception {
    try (SmallDisk small = SmallDisk.mount(folder, 8);
        SqliteTaskStore store = SqliteStores.open(small.path())) {
      for (int number = 0; number < 1000; number++) {
        get(add(store, 100)); // each a commit of its own, so the log has many pages for each
      }
      assertThat(store.stats().refused()).isZero();
    }
  }

  /** Adds, many at a time, until nothing more is taken; answers what was. */
  private List<QueuedTask> fill(SqliteTaskStore store) throws Exception {
    List<QueuedTask> kept = new ArrayList<>();
    int refusedInARow = 0;
    while (refusedInARow < 300) {
      List<CompletableFuture<QueuedTask>> burst = new ArrayList<>();
      for (int number = 0; number < 50; number++) {
        burst.add(add(store, 1000));
      }
      for (CompletableFuture<QueuedTask> each : burst) {
        Throwable failure = failure(each);
        if (failure == null) {
          kept.add(get(each));
          refusedInARow = 0;
        } else {
          assertThat(failure).isInstanceOf(StoreFullException.class);
          refusedInARow++;
        }
      }
    }
    return kept;
  }

  private List<HeldTask> completed(int number) {
    TaskRequest request = Sample.request(Sample.HASH, '"' + "x".repeat(1000) + '"');
    List<HeldTask> tasks = new ArrayList<>();
    for (int each = 0; each < number; each++) {
      QueuedTask task = new QueuedTask(sample.ids.next(), request, sample.now(), 0, 0, 0);
      AttemptId attempt = task.nextAttempt();
      tasks.add(new HeldTask(task, sample.start(attempt), sample.completed(attempt, "1")));
    }
    return tasks;
  }

  private CompletableFuture<QueuedTask> add(SqliteTaskStore store, int length) {
    String payload = '"' + "x".repeat(length) + '"';
    return store.add(sample.ids.next(), Sample.request(Sample.HASH, payload), sample.now());
  }

  private static List<tasknet.task.TaskId> ids(SqliteTaskStore store) {
    return store.list(TaskFilter.ALL, Integer.MAX_VALUE).stream().map(TaskStatus::id).toList();
  }
}
