package tasknet.dispatcher.unstored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.store.TaskFilter;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.testkit.FaultyStore;
import tasknet.dispatcher.testkit.MemoryTaskLog;
import tasknet.dispatcher.testkit.MemoryTaskStore;
import tasknet.dispatcher.unstored.MemoryFirstStore.Bounds;
import tasknet.dispatcher.wal.LogRecord;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskProgress;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;

/** Durable tasks that are in memory and in the log. */
class LoggedTasksTest {
  private static final TaskType HASH = new TaskType("hash");
  private static final TaskError BROKEN = new TaskError(TaskError.HANDLER_FAILED, "It broke", true);
  private static final Bounds ROOMY = new Bounds(1 << 20, 100, 1 << 20);

  private final TestClock clock = new TestClock();
  private final TaskIds ids = new TaskIds(clock, new Random(7));
  private final MemoryTaskStore.Disk disk = new MemoryTaskStore.Disk();
  private final MemoryTaskLog.Disk logDisk = new MemoryTaskLog.Disk();
  private FaultyStore behind = new FaultyStore(MemoryTaskStore.atOnce(disk));
  private final List<TaskEvent> events = new ArrayList<>();
  private final List<Runnable> later = new ArrayList<>();
  private MemoryTaskLog log = MemoryTaskLog.atOnce(logDisk);
  private MemoryFirstStore store = store(ROOMY);

  @BeforeEach
  void start() {
    store.start().join();
  }

  // ---- while all goes well ----------------------------------------------------------------------

  @Test
  void nobodyIsToldBeforeTheLogHasIt() {
    logByHand();
    CompletableFuture<QueuedTask> added = store.add(ids.next(), request(), clock.instant());
    assertThat(added).isNotDone();
    assertThat(events).isEmpty();
    assertThat(store.counts()).isEmpty();
    log.commit();
    TaskId id = get(added).id();
    assertThat(events).extracting(TaskEvent::state).containsExactly(TaskState.QUEUED);

    CompletableFuture<Boolean> begun = store.begin(start(id));
    assertThat(begun).isNotDone();
    assertThat(status(id).state()).isEqualTo(TaskState.QUEUED);
    log.commit();
    assertThat(get(begun)).isTrue();
    assertThat(status(id).state()).isEqualTo(TaskState.RUNNING);

    CompletableFuture<Boolean> ended = store.end(completed(id, "\"2\""));
    assertThat(ended).isNotDone();
    log.commit();
    assertThat(get(ended)).isTrue();
    assertThat(status(id).result()).isEqualTo(new JsonText("\"2\""));
    assertThat(events)
        .extracting(TaskEvent::state)
        .containsExactly(TaskState.QUEUED, TaskState.RUNNING, TaskState.COMPLETED);
  }

  @Test
  void aCompletedTaskIsInTheStoreAndOutOfMemoryAndOfTheLog() {
    TaskId id = complete(add());

    assertThat(disk.task(id).state()).isEqualTo(TaskState.COMPLETED);
    assertThat(status(id).result()).isEqualTo(new JsonText("1"));
    assertThat(store.size()).isZero();
    assertThat(logDisk.records()).last().isEqualTo(new LogRecord.Left(id));
    assertThat(store.adopted().sum()).isZero();
  }

  @Test
  void whatTheLogCannotKeepIsNotThere() {
    logByHand();
    CompletableFuture<QueuedTask> added = store.add(ids.next(), request(), clock.instant());
    log.fail(new StoreException("no"));
    assertThatThrownBy(added::join).hasMessageContaining("no");
    assertThat(store.size()).isZero();

    added = store.add(ids.next(), request(), clock.instant());
    log.commit();
    TaskId id = get(added).id();
    CompletableFuture<Boolean> begun = store.begin(start(id));
    log.fail(new StoreException("no"));
    assertThatThrownBy(begun::join).hasMessageContaining("no");
    assertThat(status(id).state()).isEqualTo(TaskState.QUEUED);

    begun = store.begin(start(id));
    log.commit();
    assertThat(get(begun)).isTrue();
  }

  @Test
  void whoComesWhileAChangeIsWrittenFindsItDone() {
    logByHand();
    CompletableFuture<QueuedTask> added = store.add(ids.next(), request(), clock.instant());
    log.commit();
    TaskId id = get(added).id();
    CompletableFuture<Boolean> first = store.begin(start(id));
    CompletableFuture<Boolean> second = store.begin(start(id));
    CompletableFuture<Cancellation> cancelled = store.cancel(id, clock.instant());
    log.commit();
    log.commit();

    assertThat(get(first)).isTrue();
    assertThat(get(second)).isFalse();
    assertThat(get(cancelled)).isEqualTo(new Cancellation.WhileRunning(start(id)));
    assertThat(disk.task(id).state()).isEqualTo(TaskState.CANCELLED);
  }

  @Test
  void aFailedAttemptBringsItsTaskToTheStore() {
    TaskId id = begin(add());

    assertThat(get(store.end(failed(id)))).isTrue();

    assertThat(disk.task(id).state()).isEqualTo(TaskState.SCHEDULED);
    assertThat(store.size()).isZero();
    assertThat(logDisk.records()).last().isEqualTo(new LogRecord.Left(id));
  }

  // ---- lists and numbers ------------------------------------------------------------------------

  @Test
  void eachTaskIsCountedOnceWhileTheStoreTakesItOver() {
    behind.hold(FaultyStore.Write.ADOPT);
    TaskId id = complete(add());
    complete(add());
    Map<TaskType, Map<TaskState, Long>> two = Map.of(HASH, Map.of(TaskState.COMPLETED, 2L));
    assertThat(disk.tasks()).isEmpty();
    assertThat(store.counts()).isEqualTo(two);

    // The log is slow: so the first one is in the store, and still in memory.
    logByHandFromNowOn();
    behind.heal();
    assertThat(disk.tasks()).hasSize(2);
    assertThat(store.size()).isEqualTo(2);
    assertThat(store.counts()).isEqualTo(two);
    assertThat(store.list(TaskFilter.ALL, 10)).hasSize(2);

    log.commit();
    assertThat(store.size()).isZero();
    assertThat(store.counts()).isEqualTo(two);
    assertThat(status(id).state()).isEqualTo(TaskState.COMPLETED);
  }

  @Test
  void listsShowWhatIsInMemoryBetweenWhatIsStored() {
    List<TaskId> all = new ArrayList<>();
    for (int number = 0; number < 10; number++) {
      TaskId id = number % 3 == 0 ? stored() : add();
      all.addFirst(id);
    }

    assertThat(store.list(TaskFilter.ALL, 100)).extracting(TaskStatus::id).isEqualTo(all);
    assertThat(store.list(new TaskFilter(TaskState.RUNNING, null, null), 100)).isEmpty();
  }

  // ---- after a crash ----------------------------------------------------------------------------

  @Test
  void afterACrashTheStoreHasEachTaskAsItStood() {
    behind.hold(FaultyStore.Write.ADOPT);
    TaskId waiting = add();
    TaskId running = begin(add());
    TaskId done = complete(add());

    crash();

    assertThat(disk.task(waiting).state()).isEqualTo(TaskState.QUEUED);
    assertThat(disk.task(running).state()).isEqualTo(TaskState.RUNNING);
    assertThat(disk.task(done).state()).isEqualTo(TaskState.COMPLETED);
    assertThat(status(done).result()).isEqualTo(new JsonText("1"));
    assertThat(store.running()).hasSize(1);
    assertThat(logDisk.records()).isEmpty();
  }

  @Test
  void aTaskThatTheStoreHasAlreadyIsAsItIsThere() {
    logByHandFromNowOn();
    CompletableFuture<QueuedTask> added = store.add(ids.next(), request(), clock.instant());
    log.commit();
    TaskId id = get(added).id();
    CompletableFuture<Cancellation> _ = store.cancel(id, clock.instant());
    assertThat(disk.tasks()).as("the log does not know yet that it left").hasSize(1);
    behind.cancel(id, clock.instant()).join();

    log.crash(false);
    log = MemoryTaskLog.atOnce(logDisk);
    store = store(ROOMY);
    store.start().join();

    assertThat(status(id).state()).isEqualTo(TaskState.CANCELLED);
    assertThat(disk.tasks()).hasSize(1);
  }

  // ---- bounds and faults ------------------------------------------------------------------------

  @Test
  void whatFindsNoRoomIsInTheStoreFromTheStart() {
    log = MemoryTaskLog.atOnce(new MemoryTaskLog.Disk());
    store = store(new Bounds(1 << 20, 100, 3 * UnstoredTask.size(new JsonText("1"))));
    store.start().join();
    TaskId first = add();
    add();
    add();
    assertThat(disk.tasks()).hasSize(1);

    complete(first);
    add();

    assertThat(disk.tasks()).as("it made room when the store had it").hasSize(2);
    assertThat(store.size()).isEqualTo(2);
  }

  @Test
  void whatTheStoreCannotTakeIsBroughtToItAgain() {
    behind.full(FaultyStore.Write.ADOPT);
    TaskId id = complete(add());
    assertThat(status(id).state()).isEqualTo(TaskState.COMPLETED);
    assertThat(store.writtenBehind()).isEqualTo(1);
    assertThat(disk.tasks()).isEmpty();

    behind.heal();
    List<Runnable> due = List.copyOf(later);
    later.clear();
    due.forEach(Runnable::run);

    assertThat(disk.task(id).state()).isEqualTo(TaskState.COMPLETED);
    assertThat(store.size()).isZero();
    assertThat(later).isEmpty();
  }

  @Test
  void whatTheStoreMayHaveIsNotChangedInMemoryAnyMore() {
    TaskId id = begin(add());
    log.byHand();
    TaskProgress half = new TaskProgress(50, "half", clock.instant());
    CompletableFuture<Boolean> told = store.progress(new AttemptId(id, 1), half);
    log.fail(new StoreException("no"));
    assertThatThrownBy(told::join).hasMessageContaining("no");
    assertThat(disk.task(id).state()).as("the log does not know").isEqualTo(TaskState.RUNNING);

    CompletableFuture<Boolean> ended = store.end(completed(id, "1"));
    log.commit();
    log.commit();

    assertThat(get(ended)).isTrue();
    assertThat(disk.task(id).state()).isEqualTo(TaskState.COMPLETED);
    assertThat(store.size()).isZero();
  }

  @Test
  void whoCompletesATaskWaitsWhenTooManyAreOnTheirWay() {
    log = MemoryTaskLog.atOnce(new MemoryTaskLog.Disk());
    store = store(new Bounds(1L << 30, 100, 1L << 30));
    store.start().join();
    behind.hold(FaultyStore.Write.ADOPT);
    CompletableFuture<Boolean> last = CompletableFuture.completedFuture(true);
    int completed = 0;
    while (last.isDone()) {
      TaskId id = begin(add());
      last = store.end(completed(id, "1"));
      completed++;
    }

    assertThat(completed).isGreaterThan(WriteBehind.CROWD);
    behind.heal();

    assertThat(get(last)).isTrue();
    assertThat(store.size()).isZero();
    assertThat(disk.tasks()).hasSize(completed);
  }

  @Test
  void aTaskThatStaysDoesNotKeepTheLogLong() {
    TaskId waiting = add();
    TaskId running = begin(add());
    for (int number = 0; number < 300; number++) {
      complete(add());
    }

    assertThat(logDisk.records()).hasSizeLessThan(300);
    crash();

    assertThat(disk.task(waiting).state()).isEqualTo(TaskState.QUEUED);
    assertThat(disk.task(running).state()).isEqualTo(TaskState.RUNNING);
    assertThat(disk.tasks()).hasSize(302);
  }

  @Test
  void whenItIsClosedTheStoreHasAllInTheirOrder() {
    List<TaskId> all = new ArrayList<>();
    for (int number = 0; number < 50; number++) {
      all.add(add());
    }
    begin(all.get(7));

    store.close();

    assertThat(disk.tasks()).extracting(each -> each.id()).containsExactlyElementsOf(all);
    assertThat(disk.task(all.get(7)).state()).isEqualTo(TaskState.RUNNING);
    List<QueuedTask> queued =
        MemoryTaskStore.atOnce(disk).queued(HASH, 4, 0, 100, Long.MAX_VALUE).join();
    all.remove(7);
    assertThat(queued).extracting(QueuedTask::id).isEqualTo(all);
    assertThat(logDisk.records()).isEmpty();
  }

  @Test
  void whatTheStoreDoesNotTakeWhenItIsClosedStaysInTheLog() {
    TaskId id = add();
    behind.full(FaultyStore.Write.ADOPT);
    store.close();
    assertThat(disk.tasks()).isEmpty();

    crash();

    assertThat(disk.task(id).state()).isEqualTo(TaskState.QUEUED);
  }

  // ---- small things -----------------------------------------------------------------------------

  private MemoryFirstStore store(Bounds bounds) {
    return new MemoryFirstStore(
        behind,
        log,
        told -> {
          events.addAll(told);
          return (long) events.size() - told.size();
        },
        bounds,
        later::add,
        NOPLogger.NOP_LOGGER);
  }

  /** The log of another store, written when the test says so. */
  private void logByHand() {
    log = new MemoryTaskLog(new MemoryTaskLog.Disk(), _ -> {});
    store = store(ROOMY);
    store.start().join();
  }

  private void logByHandFromNowOn() {
    log.byHand();
  }

  /** The process is gone, and another one is started. */
  private void crash() {
    log.crash(false);
    log = MemoryTaskLog.atOnce(logDisk);
    behind = new FaultyStore(MemoryTaskStore.atOnce(disk));
    store = store(ROOMY);
    store.start().join();
  }

  private static TaskRequest request() {
    return TaskRequest.of(HASH, new JsonText("1"));
  }

  private TaskId add() {
    return get(store.add(ids.next(), request(), clock.instant())).id();
  }

  private TaskId stored() {
    TaskRequest request = request();
    Instant deadline = clock.instant().plus(Duration.ofDays(1));
    return get(store.add(
            ids.next(), request.with(request.terms().withDeadline(deadline)), clock.instant()))
        .id();
  }

  private AttemptStart start(TaskId id) {
    return new AttemptStart(
        new AttemptId(id, 1), new WorkerId("worker-1"), "10.0.0.7", 6000, 1, clock.instant());
  }

  private TaskId begin(TaskId id) {
    assertThat(get(store.begin(start(id)))).isTrue();
    return id;
  }

  private TaskId complete(TaskId id) {
    if (status(id).state() == TaskState.QUEUED) {
      begin(id);
    }
    assertThat(get(store.end(completed(id, "1")))).isTrue();
    return id;
  }

  private AttemptEnd completed(TaskId id, String result) {
    return end(id, new Outcome.Completed(new JsonText(result)), TaskState.COMPLETED, null);
  }

  private AttemptEnd failed(TaskId id) {
    Instant readyAt = clock.instant().plusSeconds(60);
    return end(id, new Outcome.Failed(BROKEN), TaskState.SCHEDULED, readyAt);
  }

  private AttemptEnd end(TaskId id, Outcome outcome, TaskState next, @Nullable Instant readyAt) {
    boolean counted = outcome instanceof Outcome.Failed;
    return new AttemptEnd(new AttemptId(id, 1), clock.instant(), outcome, next, readyAt, counted);
  }

  private TaskStatus status(TaskId id) {
    return store.find(id).orElseThrow();
  }

  private static <T> T get(CompletableFuture<T> future) {
    assertThat(future).isDone();
    return future.join();
  }
}
