package tasknet.dispatcher.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.retention.Removals.Reason;
import tasknet.dispatcher.store.SqliteTaskStore;
import tasknet.dispatcher.store.StoreRoom;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.TypeRule;
import tasknet.dispatcher.task.TypeRules;
import tasknet.dispatcher.testkit.LogLines;
import tasknet.registry.WorkerId;
import tasknet.task.JsonText;
import tasknet.task.Keep;
import tasknet.task.KeepFields;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.testkit.SmallDisk;
import tasknet.testkit.TestClock;

class RetentionIT {
  private static final TaskType HASH = new TaskType("hash");
  private static final TaskType UPPER = new TaskType("upper");
  private static final KeepFields STANDARD =
      new KeepFields(
          keep(Duration.ofHours(1)),
          keep(Duration.ofDays(30)),
          keep(Duration.ofHours(2)),
          keep(Duration.ofHours(3)));
  private static final KeepFields FOREVER =
      new KeepFields(Keep.FOREVER, Keep.FOREVER, Keep.FOREVER, Keep.FOREVER);

  private final TestClock clock = new TestClock();
  private final TaskIds ids = new TaskIds(clock, new Random(5));
  private final LogLines log = new LogLines();
  private final List<SqliteTaskStore> opened = new ArrayList<>();
  @TempDir Path folder;

  @AfterEach
  void close() {
    opened.forEach(SqliteTaskStore::close);
  }

  @Test
  void eachStateIsKeptForItsTime() throws Exception {
    SqliteTaskStore store = open(folder, 1L << 30);
    Retention retention = retention(store, TypeRules.NONE, STANDARD);
    for (TaskState state : ends()) {
      end(store, add(store, HASH, 10), state);
    }
    QueuedTask waiting = add(store, HASH, 10);

    retention.pass();
    assertThat(states(store)).hasSize(5);

    clock.advance(Duration.ofHours(1).minusMillis(1));
    retention.pass();
    assertThat(states(store)).containsKey(TaskState.COMPLETED);

    clock.advance(Duration.ofMillis(1));
    retention.pass();
    assertThat(states(store))
        .containsOnlyKeys(TaskState.QUEUED, TaskState.DEAD, TaskState.CANCELLED, TaskState.EXPIRED);

    clock.advance(Duration.ofHours(2));
    retention.pass();
    assertThat(states(store)).containsOnlyKeys(TaskState.QUEUED, TaskState.DEAD);
    assertThat(retention.oldest()).isEqualTo(clock.instant().minus(Duration.ofHours(3)));

    clock.advance(Duration.ofDays(3000));
    retention.pass();
    assertThat(store.counts()).isEqualTo(Map.of(HASH, Map.of(TaskState.QUEUED, 1L)));
    assertThat(store.find(waiting.id())).isPresent();
    assertThat(retention.oldest()).isNull();
    assertThat(retention.removals().of(Reason.AGE)).isEqualTo(4);
    assertThat(retention.removals().of(Reason.AGE, TaskState.DEAD)).isEqualTo(1);
    assertThat(retention.removals().of(Reason.SIZE)).isZero();
  }

  @Test
  void aTypeMaySayOtherwise() throws Exception {
    SqliteTaskStore store = open(folder, 1L << 30);
    KeepFields own = new KeepFields(keep(Duration.ofSeconds(10)), Keep.FOREVER, null, null);
    TypeRule standard = TypeRule.STANDARD;
    TypeRule rule =
        new TypeRule(
            standard.timeout(),
            standard.maxAttempts(),
            standard.backoff(),
            true,
            null,
            null,
            null,
            own);
    Retention retention = retention(store, new TypeRules(Map.of(HASH, rule)), STANDARD);
    for (TaskType type : List.of(HASH, UPPER)) {
      for (TaskState state : ends()) {
        end(store, add(store, type, 10), state);
      }
    }

    clock.advance(Duration.ofSeconds(10));
    retention.pass();
    assertThat(store.counts().getOrDefault(HASH, Map.of())).doesNotContainKey(TaskState.COMPLETED);
    assertThat(store.counts().getOrDefault(UPPER, Map.of())).hasSize(4);

    clock.advance(Duration.ofDays(3000));
    retention.pass();
    assertThat(store.counts()).isEqualTo(Map.of(HASH, Map.of(TaskState.DEAD, 1L)));
  }

  @Test
  void manyAreRemovedInSmallPiecesAndTheFileShrinks() throws Exception {
    SqliteTaskStore store = open(folder, 1L << 30);
    List<CompletableFuture<Boolean>> all = new ArrayList<>();
    for (int number = 0; number < 8000; number++) {
      all.add(endLater(store, number % 20 == 0 ? UPPER : HASH, 1500));
    }
    all.forEach(RetentionIT::get);
    store.ended().checkpoint();
    long before = Files.size(folder.resolve("tasks.db"));
    long commits = store.stats().commits();
    TypeRule standard = TypeRule.STANDARD;
    TypeRule rule =
        new TypeRule(
            standard.timeout(),
            standard.maxAttempts(),
            standard.backoff(),
            true,
            null,
            null,
            null,
            FOREVER);

    clock.advance(Duration.ofDays(1));
    retention(store, new TypeRules(Map.of(UPPER, rule)), STANDARD).pass();

    assertThat(store.counts()).isEqualTo(Map.of(UPPER, Map.of(TaskState.COMPLETED, 400L)));
    assertThat(store.stats().commits() - commits).isGreaterThan(76);
    assertThat(Files.size(folder.resolve("tasks.db"))).isLessThan(before / 2);
    assertThat(before).isGreaterThan(12 << 20);
  }

  @Test
  void aFullStoreLosesItsOldestEndedTasksAndDeadOnesLast() throws Exception {
    SqliteTaskStore store = open(folder, 4 << 20);
    Retention retention = retention(store, TypeRules.NONE, FOREVER);
    List<TaskId> dead = new ArrayList<>();
    List<TaskId> others = new ArrayList<>();
    QueuedTask waiting = add(store, HASH, 1000);
    while (!store.ended().room().isScarce()) {
      for (TaskState state : ends()) {
        QueuedTask task = add(store, HASH, 1000);
        clock.advance(Duration.ofMillis(1));
        end(store, task, state);
        (state == TaskState.DEAD ? dead : others).add(task.id());
      }
    }

    retention.pass();
    assertThat(store.list(tasknet.dispatcher.store.TaskFilter.ALL, 10_000))
        .as("nothing that has just ended")
        .hasSize(dead.size() + others.size() + 1);

    clock.advance(Duration.ofMinutes(1));
    retention.pass();

    assertThat(store.ended().room().isScarce()).isFalse();
    assertThat(dead).allMatch(id -> store.find(id).isPresent());
    assertThat(store.find(others.getFirst())).isEmpty();
    assertThat(store.find(others.getLast())).isPresent();
    assertThat(log.with("the store gets full")).hasSize(1);
    assertThat(retention.removals().of(Reason.SIZE)).isPositive();
    assertThat(retention.removals().of(Reason.SIZE, TaskState.DEAD)).isZero();

    while (store.find(dead.getFirst()).isPresent()) {
      add(store, UPPER, 1000);
      retention.pass();
    }
    assertThat(states(store)).containsOnlyKeys(TaskState.QUEUED, TaskState.DEAD);
    assertThat(store.find(waiting.id())).isPresent();
    assertThat(log.with("the store gets full")).as("not again and again").hasSize(1);
  }

  @Test
  void aDispatcherOnASmallDiskAnswersNoTaskWithFullBecauseOfEndedOnes() throws Exception {
    try (SmallDisk small = SmallDisk.mount(folder, 12)) {
      Path disk = small.path();
      try (SqliteTaskStore store = open(disk, 1L << 40)) {
        Retention retention = retention(store, TypeRules.NONE, FOREVER);
        for (int round = 0; round < 60; round++) {
          List<CompletableFuture<Boolean>> all = new ArrayList<>();
          for (int number = 0; number < 250; number++) {
            all.add(endLater(store, HASH, 1000));
          }
          all.forEach(RetentionIT::get);
          clock.advance(Duration.ofMinutes(1));
          retention.pass();
        }
        StoreRoom room = store.ended().room();
        assertThat(store.stats().refused()).isZero();
        assertThat(room.most()).isLessThanOrEqualTo(12 << 20);
        assertThat(store.counts().getOrDefault(HASH, Map.of()).get(TaskState.COMPLETED))
            .isBetween(250L, 10_000L);

        clock.advance(Duration.ofDays(1));
        retention(store, TypeRules.NONE, STANDARD).pass();
        assertThat(Files.size(disk.resolve("tasks.db"))).isLessThan(room.file());
        assertThat(store.counts()).isEmpty();
      }
    }
  }

  @Test
  void itWorksByItselfUntilItIsClosed() throws Exception {
    SqliteTaskStore store = open(folder, 1L << 30);
    end(store, add(store, HASH, 10), TaskState.COMPLETED);
    clock.advance(Duration.ofDays(1));
    Retention retention =
        new Retention(
            store.ended(),
            new KeepRules(TypeRules.NONE, STANDARD),
            clock,
            System::nanoTime,
            log.logger());

    retention.start();
    org.awaitility.Awaitility.await().until(() -> store.counts().isEmpty());
    retention.close();
    retention.close();

    assertThat(log.with("could not")).isEmpty();
  }

  private SqliteTaskStore open(Path where, long maxBytes) {
    SqliteTaskStore store =
        new SqliteTaskStore(new SqliteTaskStore.Options(where, maxBytes), log.logger());
    opened.add(store);
    store.start();
    return store;
  }

  private Retention retention(SqliteTaskStore store, TypeRules types, KeepFields standard) {
    return new Retention(
        store.ended(), new KeepRules(types, standard), clock, clock, _ -> {}, log.logger());
  }

  private QueuedTask add(SqliteTaskStore store, TaskType type, int length) {
    JsonText payload = new JsonText('"' + "x".repeat(length) + '"');
    return get(store.add(ids.next(), TaskRequest.of(type, payload), clock.instant()));
  }

  private void end(SqliteTaskStore store, QueuedTask task, TaskState state) {
    if (state == TaskState.CANCELLED) {
      get(store.cancel(task.id(), clock.instant()));
      return;
    }
    AttemptStart start = start(task.id());
    TaskError error = new TaskError("broken", "It broke.", false);
    Outcome outcome =
        state == TaskState.COMPLETED
            ? new Outcome.Completed(new JsonText("1"))
            : new Outcome.Failed(error);
    assertThat(get(store.begin(start))).isTrue();
    AttemptEnd end = new AttemptEnd(start.attempt(), clock.instant(), outcome, state, null, true);
    assertThat(get(store.end(end))).isTrue();
  }

  private CompletableFuture<Boolean> endLater(SqliteTaskStore store, TaskType type, int length) {
    TaskId id = ids.next();
    JsonText payload = new JsonText('"' + "x".repeat(length) + '"');
    AttemptStart start = start(id);
    Outcome outcome = new Outcome.Completed(new JsonText("1"));
    var _ = store.add(id, TaskRequest.of(type, payload), clock.instant());
    var _ = store.begin(start);
    return store.end(
        new AttemptEnd(
            start.attempt(), clock.instant(), outcome, TaskState.COMPLETED, null, false));
  }

  private AttemptStart start(TaskId id) {
    return new AttemptStart(
        new tasknet.task.AttemptId(id, 1), new WorkerId("w"), "127.0.0.1", 1, 1L, clock.instant());
  }

  private static Map<TaskState, Long> states(SqliteTaskStore store) {
    return store.counts().getOrDefault(HASH, Map.of());
  }

  private static TaskState[] ends() {
    return new TaskState[] {
      TaskState.COMPLETED, TaskState.DEAD, TaskState.CANCELLED, TaskState.EXPIRED
    };
  }

  private static Keep keep(Duration time) {
    return new Keep(time);
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
