package tasknet.dispatcher.unstored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.TaskSnapshot;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.testkit.FaultyStore;
import tasknet.dispatcher.testkit.MemoryTaskLog;
import tasknet.dispatcher.testkit.MemoryTaskStore;
import tasknet.dispatcher.unstored.MemoryFirstStore.Bounds;
import tasknet.registry.WorkerId;
import tasknet.runtime.Backoff;
import tasknet.task.AttemptId;
import tasknet.task.AttemptStatus;
import tasknet.task.JsonText;
import tasknet.task.Labels;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskProgress;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;

class MemoryFirstStoreTest {
  private static final TaskType HASH = new TaskType("hash");
  private static final TaskType OTHER_TYPE = new TaskType("upper");
  private static final TaskError BROKEN = new TaskError(TaskError.HANDLER_FAILED, "It broke", true);
  private static final TaskTerms FOR_THE_STORE =
      TaskTerms.STANDARD.withDeadline(Instant.parse("2100-01-01T00:00:00Z"));
  private static final Bounds ROOMY = new Bounds(1 << 20, 100, 1 << 20);

  private final TestClock clock = new TestClock();
  private final TaskIds ids = new TaskIds(clock, new Random(7));
  private final MemoryTaskStore.Disk disk = new MemoryTaskStore.Disk();
  private final FaultyStore behind = new FaultyStore(MemoryTaskStore.atOnce(disk));
  private final List<TaskEvent> events = new ArrayList<>();
  private MemoryFirstStore store = store(ROOMY);

  // ---- while all goes well ----------------------------------------------------------------------

  @Test
  void nothingIsWrittenOfATaskThatGoesWell() {
    TaskId id = add(terms -> terms.withLabels(new Labels(Map.of("a", "b")))).id();
    assertThat(status(id).state()).isEqualTo(TaskState.QUEUED);
    begin(id);
    assertThat(status(id).state()).isEqualTo(TaskState.RUNNING);
    assertThat(end(id, completed("\"2\""))).isTrue();

    TaskStatus status = status(id);
    assertThat(status.state()).isEqualTo(TaskState.COMPLETED);
    assertThat(status.result()).isEqualTo(new JsonText("\"2\""));
    assertThat(status.labels()).isEqualTo(Map.of("a", "b"));
    assertThat(status.attempts())
        .containsExactly(new AttemptStatus(1, "worker-1", clock.instant(), clock.instant(), null));
    assertThat(events)
        .extracting(each -> each.state() + " " + each.attempt() + " " + each.worker())
        .containsExactly("QUEUED null null", "RUNNING 1 worker-1", "COMPLETED 1 worker-1");
    assertThat(disk.tasks()).isEmpty();
  }

  @Test
  void countsAndTheOldestAreThoseOfMemoryAndOfTheStore() {
    TaskId running = add().id();
    begin(running);
    add();
    clock.advance(Duration.ofSeconds(1));
    get(store.add(ids.next(), request().with(FOR_THE_STORE), clock.instant()));

    assertThat(store.counts())
        .isEqualTo(Map.of(HASH, Map.of(TaskState.QUEUED, 2L, TaskState.RUNNING, 1L)));
    assertThat(store.oldestQueued()).containsEntry(HASH, clock.instant().minusSeconds(1));
    assertThat(store.size()).isEqualTo(2);
  }

  @Test
  void aTaskStandsAfterThoseThatWereStoredBeforeIt() {
    QueuedTask stored = get(store.add(ids.next(), request().with(FOR_THE_STORE), now()));

    QueuedTask task = add();

    assertThat(task.inMemory()).isTrue();
    assertThat(task.position()).isEqualTo(stored.position());
  }

  @Test
  void whatIsStaleChangesNothing() {
    TaskId id = add().id();
    assertThat(end(id, completed("1"))).isFalse();
    begin(id);
    assertThat(get(store.begin(start(id)))).isFalse();
    AttemptEnd other = end(new AttemptId(id, 2), completed("1"), TaskState.COMPLETED);
    assertThat(get(store.end(other))).isFalse();
    assertThat(end(id, completed("1"))).isTrue();
    assertThat(end(id, completed("2"))).isFalse();
    assertThat(get(store.endByDeath(failed(id, TaskState.QUEUED), 3))).isEmpty();
    assertThat(get(store.progress(new AttemptId(id, 1), progress()))).isFalse();
    assertThat(get(store.cancel(id, now())))
        .isEqualTo(new Cancellation.AlreadyEnded(TaskState.COMPLETED));
    assertThat(status(id).result()).isEqualTo(new JsonText("1"));
  }

  @Test
  void aSnapshotStandsBetweenTheEventsOfItsTask() {
    TaskId id = add().id();
    begin(id);
    add();

    TaskSnapshot snapshot = get(store.snapshot(id)).orElseThrow();

    assertThat(snapshot.task()).isEqualTo(events.get(1));
    assertThat(snapshot.events()).isEqualTo(3);
  }

  // ---- what comes to the store ------------------------------------------------------------------

  @Test
  void aFailedAttemptIsInTheStoreAndItsTaskGoesOnThere() {
    TaskId id = add(terms -> terms.withLabels(new Labels(Map.of("a", "b")))).id();
    begin(id);

    assertThat(get(store.end(failed(id, TaskState.SCHEDULED)))).isTrue();

    assertThat(disk.task(id).state()).isEqualTo(TaskState.SCHEDULED);
    assertThat(status(id).labels()).isEqualTo(Map.of("a", "b"));
    assertThat(status(id).attempts())
        .containsExactly(
            new AttemptStatus(1, "worker-1", clock.instant(), clock.instant(), BROKEN));
    assertThat(store.size()).isZero();
    assertThat(store.adopted().sum()).isEqualTo(1);
  }

  @Test
  void whoeverDiesWithATaskIsCountedByTheStore() {
    TaskId id = add().id();
    begin(id);

    AttemptEnd recorded = get(store.endByDeath(failed(id, TaskState.QUEUED), 1)).orElseThrow();

    assertThat(recorded.next()).isEqualTo(TaskState.DEAD);
    assertThat(disk.task(id).state()).isEqualTo(TaskState.DEAD);
  }

  @Test
  void aCancelledTaskIsInTheStore() {
    TaskId waiting = add().id();
    TaskId running = add().id();
    begin(running);

    assertThat(get(store.cancel(waiting, now())))
        .isEqualTo(new Cancellation.WhileWaiting(TaskState.QUEUED, HASH, null));
    assertThat(get(store.cancel(running, now())))
        .isEqualTo(new Cancellation.WhileRunning(start(running)));

    assertThat(disk.task(waiting).state()).isEqualTo(TaskState.CANCELLED);
    assertThat(disk.task(running).state()).isEqualTo(TaskState.CANCELLED);
    assertThat(end(running, completed("1"))).isFalse();
  }

  @Test
  void aTaskThatTellsHowFarItIsIsInTheStore() {
    TaskId id = add().id();
    begin(id);

    assertThat(get(store.progress(new AttemptId(id, 1), progress()))).isTrue();

    assertThat(disk.task(id).state()).isEqualTo(TaskState.RUNNING);
    assertThat(end(id, completed("1"))).isTrue();
    assertThat(disk.task(id).state()).isEqualTo(TaskState.COMPLETED);
  }

  @ParameterizedTest
  @ValueSource(ints = {MemoryFirstStore.LONGEST_RESULT, MemoryFirstStore.LONGEST_RESULT + 1})
  void aLongResultIsInTheStore(int length) {
    TaskId id = add().id();
    begin(id);
    String result = "\"" + "x".repeat(length - 2) + "\"";

    assertThat(end(id, completed(result))).isTrue();

    assertThat(status(id).result()).isEqualTo(new JsonText(result));
    assertThat(disk.tasks()).hasSize(length > MemoryFirstStore.LONGEST_RESULT ? 1 : 0);
  }

  @Test
  void aTaskWhoseTermsNeedTheStoreIsThereFromTheStart() {
    List<UnaryOperator<TaskTerms>> terms =
        List.of(
            each -> each.withDeadline(now().plusSeconds(60)),
            each -> each.withRunAt(now().plusSeconds(60)),
            each -> each.withCallback(URI.create("http://localhost/")));
    terms.forEach(this::add);
    String longer = "\"" + "x".repeat(MemoryFirstStore.LONGEST_PAYLOAD) + "\"";
    get(store.add(ids.next(), request(longer), now()));

    assertThat(disk.tasks()).hasSize(4);
    assertThat(store.size()).isZero();
  }

  // ---- bounds and faults ------------------------------------------------------------------------

  @Test
  void whatFindsNoRoomInMemoryIsInTheStore() {
    store = store(new Bounds(4 * UnstoredTask.size(new JsonText("1")), 100, 0));
    TaskId first = add().id();
    add();
    add();
    add();
    assertThat(disk.tasks()).as("one type gets three quarters").hasSize(1);

    begin(first);
    end(first, completed("1"));
    add();

    assertThat(disk.tasks()).as("who has ended makes room").hasSize(1);
    assertThat(store.size()).as("with the one that is remembered").isEqualTo(4);
    addOther();
    assertThat(store.find(first)).isEmpty();
    assertThat(store.size()).isEqualTo(4);
  }

  @Test
  void aFloodOfOneTypeLeavesRoomForOthers() {
    store = store(new Bounds(8 * UnstoredTask.size(new JsonText("1")), 100, 0));
    for (int number = 0; number < 20; number++) {
      add();
    }
    assertThat(store.size()).isEqualTo(6);

    addOther();
    addOther();
    assertThat(store.size()).isEqualTo(8);
    assertThat(disk.tasks()).hasSize(14);

    addOther();
    assertThat(disk.tasks()).as("no more than there is room").hasSize(15);
  }

  @Test
  void whatIsLeftOfTheMemoryIsToldByTypeWithoutWhatIsOnlyRemembered() {
    store = store(new Bounds(8 * UnstoredTask.size(new JsonText("1")), 100, 0));
    assertThat(store.memoryLeft(request())).isEqualTo(1);

    List<TaskId> all = Stream.generate(this::add).limit(6).map(QueuedTask::id).toList();

    assertThat(store.memoryLeft(request())).isZero();
    assertThat(store.memoryLeft(request(OTHER_TYPE, "1"))).isEqualTo(2.0 / 6);
    String longer = "\"" + "x".repeat(MemoryFirstStore.LONGEST_PAYLOAD) + "\"";
    assertThat(store.memoryLeft(request(longer))).as("never in memory").isEqualTo(1);

    all.forEach(this::begin);
    all.forEach(id -> end(id, completed("1")));

    assertThat(store.size()).isEqualTo(6);
    assertThat(store.memoryLeft(request())).isEqualTo(1);
    assertThat(store.memoryLeft(request().with(TaskTerms.STANDARD)))
        .as("of durable tasks none are in memory here")
        .isZero();
  }

  @Test
  void onlyTheLastOnesThatEndedAreRemembered() {
    store = store(new Bounds(1 << 20, 2, 0));
    List<TaskId> all = new ArrayList<>();
    for (int number = 0; number < 3; number++) {
      TaskId id = add().id();
      begin(id);
      end(id, completed("" + number));
      all.add(id);
    }

    assertThat(store.find(all.get(0))).isEmpty();
    assertThat(store.find(all.get(1))).isPresent();
    assertThat(store.size()).isEqualTo(2);
  }

  @Test
  void whatTheStoreCannotTakeStaysInMemoryUntilItCan() {
    TaskId id = add().id();
    begin(id);
    behind.full(FaultyStore.Write.ADOPT);
    CompletableFuture<Boolean> end = store.end(failed(id, TaskState.SCHEDULED));
    assertThatThrownBy(end::join).hasMessageContaining("no room");
    assertThat(status(id).state()).isEqualTo(TaskState.RUNNING);

    behind.heal();

    assertThat(get(store.end(failed(id, TaskState.SCHEDULED)))).isTrue();
    assertThat(disk.task(id).state()).isEqualTo(TaskState.SCHEDULED);
  }

  @Test
  void whatIsAskedWhileTheStoreTakesATaskOverIsDoneAfterThat() {
    TaskId id = add().id();
    behind.hold(FaultyStore.Write.ADOPT);
    CompletableFuture<Cancellation> cancelled = store.cancel(id, now());
    CompletableFuture<Boolean> begun = store.begin(start(id));
    assertThat(cancelled).isNotDone();
    assertThat(begun).isNotDone();
    assertThat(status(id).state()).isEqualTo(TaskState.QUEUED);

    behind.heal();

    // One of the two was first, and the other one found that.
    assertThat(get(cancelled)).isNotInstanceOf(Cancellation.NotFound.class);
    assertThat(disk.task(id).state()).isEqualTo(TaskState.CANCELLED);
    assertThat(begun).isDone();
  }

  @Test
  void whenItIsClosedTheStoreHasWhatHasNotEnded() {
    TaskId waiting = add().id();
    TaskId running = add().id();
    begin(running);
    TaskId done = add().id();
    begin(done);
    end(done, completed("1"));

    store.close();

    assertThat(disk.task(waiting).state()).isEqualTo(TaskState.QUEUED);
    assertThat(disk.task(running).state()).isEqualTo(TaskState.RUNNING);
    assertThat(disk.tasks()).hasSize(2);
  }

  @Test
  void anIdIsGivenOnce() {
    TaskId id = add().id();
    assertThatThrownBy(() -> store.add(id, request(), now()).join())
        .hasMessageContaining("already a task " + id);
  }

  // ---- small things -----------------------------------------------------------------------------

  private MemoryFirstStore store(Bounds bounds) {
    return new MemoryFirstStore(
        behind,
        MemoryTaskLog.atOnce(new MemoryTaskLog.Disk()),
        told -> {
          events.addAll(told);
          return (long) events.size() - told.size();
        },
        bounds,
        Runnable::run,
        NOPLogger.NOP_LOGGER);
  }

  private Instant now() {
    return clock.instant();
  }

  private static TaskRequest request() {
    return request("1");
  }

  private static TaskRequest request(String payload) {
    return request(HASH, payload);
  }

  private static TaskRequest request(TaskType type, String payload) {
    return new TaskRequest(type, new JsonText(payload), Duration.ofSeconds(30), 3, Backoff.DEFAULT)
        .with(TaskTerms.STANDARD.withDurable(false));
  }

  private void addOther() {
    get(store.add(ids.next(), request(OTHER_TYPE, "1"), now()));
  }

  private QueuedTask add() {
    return add(UnaryOperator.identity());
  }

  private QueuedTask add(UnaryOperator<TaskTerms> terms) {
    TaskRequest request = request();
    return get(store.add(ids.next(), request.with(terms.apply(request.terms())), now()));
  }

  private AttemptStart start(TaskId id) {
    return new AttemptStart(
        new AttemptId(id, 1), new WorkerId("worker-1"), "10.0.0.7", 6000, 1, now());
  }

  private void begin(TaskId id) {
    assertThat(get(store.begin(start(id)))).isTrue();
  }

  private boolean end(TaskId id, Outcome outcome) {
    return get(store.end(end(new AttemptId(id, 1), outcome, TaskState.COMPLETED)));
  }

  private AttemptEnd end(AttemptId attempt, Outcome outcome, TaskState next) {
    Instant readyAt = next == TaskState.SCHEDULED ? now().plusSeconds(60) : null;
    return new AttemptEnd(
        attempt, now(), outcome, next, readyAt, outcome instanceof Outcome.Failed);
  }

  private AttemptEnd failed(TaskId id, TaskState next) {
    return end(new AttemptId(id, 1), new Outcome.Failed(BROKEN), next);
  }

  private static Outcome completed(String result) {
    return new Outcome.Completed(new JsonText(result));
  }

  private TaskProgress progress() {
    return new TaskProgress(40, "4 of 10", now());
  }

  private TaskStatus status(TaskId id) {
    return store.find(id).orElseThrow();
  }

  private static <T> T get(CompletableFuture<T> future) {
    assertThat(future).isDone();
    return future.join();
  }
}
