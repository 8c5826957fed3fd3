package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tasknet.dispatcher.store.Sample.HASH;
import static tasknet.dispatcher.store.Sample.UPPER;
import static tasknet.dispatcher.store.Sample.request;
import static tasknet.dispatcher.testkit.Futures.failure;
import static tasknet.dispatcher.testkit.Futures.get;
import static tasknet.task.TaskState.CANCELLED;
import static tasknet.task.TaskState.COMPLETED;
import static tasknet.task.TaskState.DEAD;
import static tasknet.task.TaskState.EXPIRED;
import static tasknet.task.TaskState.QUEUED;
import static tasknet.task.TaskState.RUNNING;
import static tasknet.task.TaskState.SCHEDULED;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.RunningTask;
import tasknet.dispatcher.testkit.Futures;
import tasknet.task.AttemptId;
import tasknet.task.AttemptStatus;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/** What every {@link TaskStore} must do. */
abstract class TaskStoreContract {
  final Sample sample = new Sample();

  @SuppressWarnings("NullAway.Init")
  TaskStore store;

  /** Opens the store of this test: empty the first time, then with what was kept before. */
  abstract TaskStore open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void anAddedTaskIsQueuedAndReadsBackAsItWasGiven() {
    Instant created = sample.now().plusNanos(123_456_789);
    TaskId id = sample.ids.next();

    QueuedTask task = get(store.add(id, request(HASH), created));

    assertThat(task.request()).isEqualTo(request(HASH));
    assertThat(task.attempts()).isZero();
    assertThat(task.failures()).isZero();
    assertThat(queue(HASH)).containsExactly(task);
    TaskStatus status = status(id);
    assertThat(status)
        .isEqualTo(
            new TaskStatus(
                id,
                HASH,
                QUEUED,
                task.createdAt(),
                null,
                null,
                null,
                request(HASH).timeout(),
                5,
                4,
                null,
                request(HASH).payload(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of()));
    assertThat(Duration.between(status.createdAt(), created)).isLessThan(Duration.ofMillis(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1799, 1800, 1801, 4096, 100_000, 3_000_000})
  void payloadsAndResultsOfAnySizeComeBackUnchanged(int length) {
    String text = '"' + "ü".repeat(length) + '"';
    QueuedTask task = get(store.add(sample.ids.next(), request(HASH, text), sample.now()));

    assertThat(queue(HASH).getFirst().request().payload().text()).isEqualTo(text);
    begin(task);
    assertThat(store.running().getFirst().task().request().payload().text()).isEqualTo(text);
    get(store.end(sample.completed(task.nextAttempt(), text)));

    assertThat(status(task.id()).payload()).isEqualTo(new JsonText(text));
    assertThat(status(task.id()).result()).isEqualTo(new JsonText(text));
    TaskStatus listed = store.list(TaskFilter.ALL, 1).getFirst();
    JsonText shown = text.length() <= 1800 ? new JsonText(text) : null;
    assertThat(listed.payload()).isEqualTo(shown);
    assertThat(listed.result()).isEqualTo(shown);
  }

  @Test
  void addingTheSameIdAgainFailsAndHarmsNoOtherCall() {
    TaskId id = sample.ids.next();
    CompletableFuture<QueuedTask> first = store.add(id, request(HASH), sample.now());
    CompletableFuture<QueuedTask> again = store.add(id, request(UPPER), sample.now());
    CompletableFuture<QueuedTask> other = store.add(sample.ids.next(), request(HASH), sample.now());

    assertThat(failure(again)).hasMessageContaining(id.toString());
    assertThat(queue(HASH)).containsExactly(get(first), get(other));
    assertThat(queue(UPPER)).isEmpty();
    assertThat(store.counts()).isEqualTo(Map.of(HASH, Map.of(QUEUED, 2L)));
  }

  @Test
  void queuesKeepTheOrderOfTheCallsAndAreReadInPages() {
    List<QueuedTask> hashes = new ArrayList<>();
    for (int number = 0; number < 7; number++) {
      hashes.add(add(HASH));
      add(UPPER);
    }

    assertThat(queue(HASH)).isEqualTo(hashes);
    assertThat(hashes).extracting(QueuedTask::position).isSorted().doesNotHaveDuplicates();
    long third = hashes.get(2).position();
    assertThat(get(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, third, 2, Long.MAX_VALUE)))
        .isEqualTo(hashes.subList(3, 5));
    assertThat(get(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, third, 0, Long.MAX_VALUE)))
        .isEmpty();
    assertThat(
            get(
                store.queued(
                    new TaskType("none"), TaskTerms.DEFAULT_PRIORITY, 0, 9, Long.MAX_VALUE)))
        .isEmpty();
  }

  @Test
  void aPageOfTheQueueStopsAfterTheTaskThatExceedsTheBytes() {
    List<QueuedTask> tasks = List.of(add(HASH), add(HASH), add(HASH), add(HASH));
    long size = tasks.getFirst().size();

    assertThat(get(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, 0, 9, 2 * size - 1)))
        .isEqualTo(tasks.subList(0, 2));
    assertThat(get(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, 0, 9, 2 * size)))
        .isEqualTo(tasks.subList(0, 3));
    assertThat(get(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, 0, 9, 0)))
        .isEqualTo(tasks.subList(0, 1));
  }

  @Test
  void anAttemptBeginsOnceAndOnlyAsTheNextOne() {
    QueuedTask task = add(HASH);

    assertThat(get(store.begin(sample.start(new AttemptId(task.id(), 2))))).isFalse();
    assertThat(get(store.begin(sample.start(task.nextAttempt())))).isTrue();
    assertThat(get(store.begin(sample.start(task.nextAttempt())))).isFalse();
    assertThat(get(store.begin(sample.start(new AttemptId(task.id(), 2))))).isFalse();
    assertThat(get(store.begin(sample.start(new AttemptId(sample.ids.next(), 1))))).isFalse();

    assertThat(queue(HASH)).isEmpty();
    assertThat(store.running())
        .containsExactly(new RunningTask(task, sample.start(task.nextAttempt())));
    assertThat(status(task.id()).state()).isEqualTo(RUNNING);
    assertThat(status(task.id()).attempts())
        .containsExactly(new AttemptStatus(1, "worker-1", sample.now(), null, null));
  }

  @Test
  void aCompletedTaskHasItsResultAndNoLaterOneChangesIt() {
    QueuedTask task = running(HASH);
    AttemptId attempt = task.nextAttempt();
    sample.advance(Duration.ofSeconds(2));

    assertThat(get(store.end(sample.completed(attempt, "\"first\"")))).isTrue();
    TaskStatus ended = status(task.id());
    sample.advance(Duration.ofSeconds(2));
    assertThat(get(store.end(sample.completed(attempt, "\"second\"")))).isFalse();
    assertThat(get(store.end(sample.failed(attempt, QUEUED, true)))).isFalse();
    assertThat(get(store.begin(sample.start(new AttemptId(task.id(), 2))))).isFalse();

    assertThat(status(task.id())).isEqualTo(ended);
    assertThat(ended.state()).isEqualTo(COMPLETED);
    assertThat(ended.result()).isEqualTo(new JsonText("\"first\""));
    assertThat(ended.endedAt()).isEqualTo(task.createdAt().plusSeconds(2));
    assertThat(ended.attempts().getFirst().endedAt()).isEqualTo(ended.endedAt());
    assertThat(ended.attempts().getFirst().error()).isNull();
    assertThat(store.running()).isEmpty();
  }

  @Test
  void onlyTheCurrentAttemptOfARunningTaskEnds() {
    QueuedTask waiting = add(HASH);
    assertThat(get(store.end(sample.completed(waiting.nextAttempt(), "1")))).isFalse();
    assertThat(get(store.end(sample.completed(new AttemptId(sample.ids.next(), 1), "1"))))
        .isFalse();

    begin(waiting);
    get(store.end(sample.failed(waiting.nextAttempt(), QUEUED, true)));
    QueuedTask again = queue(HASH).getFirst();
    begin(again);

    assertThat(get(store.end(sample.completed(waiting.nextAttempt(), "1")))).isFalse();
    assertThat(get(store.end(sample.completed(new AttemptId(waiting.id(), 3), "1")))).isFalse();
    assertThat(status(waiting.id()).state()).isEqualTo(RUNNING);
    assertThat(get(store.end(sample.completed(again.nextAttempt(), "1")))).isTrue();
  }

  @Test
  void aRefusedAttemptReturnsItsTaskToItsOldPlace() {
    QueuedTask first = add(HASH);
    QueuedTask second = add(HASH);
    begin(first);

    get(store.end(sample.failed(first.nextAttempt(), QUEUED, false)));

    QueuedTask back = queue(HASH).getFirst();
    assertThat(queue(HASH)).extracting(QueuedTask::id).containsExactly(first.id(), second.id());
    assertThat(back.position()).isEqualTo(first.position());
    assertThat(back.attempts()).isEqualTo(1);
    assertThat(back.failures()).isZero();
    assertThat(status(first.id()).error()).isEqualTo(Sample.BROKEN);
    assertThat(status(first.id()).endedAt()).isNull();
    begin(back);
    assertThat(store.running().getFirst().task()).isEqualTo(back);
  }

  @Test
  void aRetryWaitsUntilItIsReadyAndThenQueuesAtTheEnd() {
    QueuedTask task = running(HASH);
    get(store.end(sample.failed(task.nextAttempt(), SCHEDULED, true)));
    QueuedTask other = add(HASH);
    Instant ready = sample.now().plusSeconds(60);

    assertThat(status(task.id()).state()).isEqualTo(SCHEDULED);
    assertThat(status(task.id()).nextAttemptAt()).isEqualTo(ready);
    assertThat(store.nextReadyAt()).contains(ready);
    assertThat(queue(HASH)).containsExactly(other);
    assertThat(get(store.promote(ready.minusMillis(1), 10))).isEmpty();

    List<QueuedTask> promoted = get(store.promote(ready, 10));

    assertThat(promoted).extracting(QueuedTask::id).containsExactly(task.id());
    assertThat(promoted.getFirst().position()).isGreaterThan(other.position());
    assertThat(promoted.getFirst().failures()).isEqualTo(1);
    assertThat(promoted.getFirst().nextAttempt()).isEqualTo(new AttemptId(task.id(), 2));
    assertThat(queue(HASH)).containsExactly(other, promoted.getFirst());
    assertThat(status(task.id()).nextAttemptAt()).isNull();
    assertThat(store.nextReadyAt()).isEmpty();
  }

  @Test
  void promotionTakesTheEarliestFirstAndNoMoreThanAskedFor() {
    List<TaskId> byTime = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      QueuedTask task = running(number % 2 == 0 ? HASH : UPPER);
      AttemptEnd end = sample.failed(task.nextAttempt(), SCHEDULED, true);
      Instant ready = sample.now().plusSeconds(100 - number);
      get(
          store.end(
              new AttemptEnd(end.attempt(), end.at(), end.outcome(), SCHEDULED, ready, true)));
      byTime.addFirst(task.id());
    }
    Instant late = sample.now().plusSeconds(1000);

    List<QueuedTask> first = get(store.promote(late, 2));
    List<QueuedTask> rest = get(store.promote(late, 10));

    assertThat(first).hasSize(2);
    List<QueuedTask> all = new ArrayList<>(first);
    all.addAll(rest);
    assertThat(all).extracting(QueuedTask::id).isEqualTo(byTime);
    assertThat(all).extracting(QueuedTask::position).isSorted();
    assertThat(get(store.promote(late, 10))).isEmpty();
  }

  @Test
  void aCompletedTaskShowsNoErrorAndItsFailedAttemptDoes() {
    QueuedTask task = running(HASH);
    get(store.end(sample.failed(task.nextAttempt(), QUEUED, true)));
    QueuedTask again = queue(HASH).getFirst();
    begin(again);
    get(store.end(sample.completed(again.nextAttempt(), "1")));

    TaskStatus status = status(task.id());
    assertThat(status.state()).isEqualTo(COMPLETED);
    assertThat(status.error()).isNull();
    assertThat(status.attempts().getFirst().error()).isEqualTo(Sample.BROKEN);
  }

  @ParameterizedTest
  @EnumSource(names = {"DEAD", "EXPIRED"})
  void aTaskThatEndsWithoutAResultKeepsItsError(TaskState end) {
    QueuedTask task = running(HASH);

    assertThat(get(store.end(sample.failed(task.nextAttempt(), end, true)))).isTrue();

    TaskStatus status = status(task.id());
    assertThat(status.state()).isEqualTo(end);
    assertThat(status.error()).isEqualTo(Sample.BROKEN);
    assertThat(status.endedAt()).isEqualTo(sample.now());
    assertThat(status.attempts().getFirst().error()).isEqualTo(Sample.BROKEN);
    assertThat(get(store.cancel(task.id(), sample.now())))
        .isEqualTo(new Cancellation.AlreadyEnded(end));
  }

  @Test
  void anEndThatTheTableForbidsIsRefused() {
    AttemptId attempt = running(HASH).nextAttempt();
    for (TaskState next : List.of(RUNNING, CANCELLED, COMPLETED)) {
      assertThatThrownBy(() -> store.end(sample.failed(attempt, next, false)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(next.name());
    }
    Outcome done = new Outcome.Completed(JsonText.NULL);
    assertThatThrownBy(
            () -> store.end(new AttemptEnd(attempt, sample.now(), done, DEAD, null, false)))
        .isInstanceOf(IllegalArgumentException.class);
    Outcome broken = new Outcome.Failed(Sample.BROKEN);
    assertThatThrownBy(
            () -> store.end(new AttemptEnd(attempt, sample.now(), broken, SCHEDULED, null, true)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                store.end(
                    new AttemptEnd(attempt, sample.now(), broken, QUEUED, sample.now(), true)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.promote(sample.now(), -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(status(attempt.task()).state()).isEqualTo(RUNNING);
  }

  @Test
  void cancellingAWaitingTaskKeepsItFromStarting() {
    QueuedTask queued = add(HASH);
    QueuedTask scheduled = running(HASH);
    get(store.end(sample.failed(scheduled.nextAttempt(), SCHEDULED, true)));

    for (QueuedTask task : List.of(queued, scheduled)) {
      assertThat(get(store.cancel(task.id(), sample.now())))
          .isEqualTo(
              new Cancellation.WhileWaiting(task.equals(queued) ? QUEUED : SCHEDULED, HASH, null));
      assertThat(status(task.id()).state()).isEqualTo(CANCELLED);
      assertThat(status(task.id()).endedAt()).isEqualTo(sample.now());
      assertThat(status(task.id()).nextAttemptAt()).isNull();
    }

    assertThat(get(store.begin(sample.start(queued.nextAttempt())))).isFalse();
    assertThat(queue(HASH)).isEmpty();
    assertThat(store.nextReadyAt()).isEmpty();
    assertThat(get(store.promote(sample.now().plusSeconds(1000), 10))).isEmpty();
  }

  @Test
  void cancellingARunningTaskEndsItsAttemptAndALateResultChangesNothing() {
    QueuedTask task = running(HASH);

    assertThat(get(store.cancel(task.id(), sample.now())))
        .isEqualTo(new Cancellation.WhileRunning(sample.start(task.nextAttempt())));
    assertThat(get(store.end(sample.completed(task.nextAttempt(), "1")))).isFalse();

    TaskStatus status = status(task.id());
    assertThat(status.state()).isEqualTo(CANCELLED);
    assertThat(status.result()).isNull();
    AttemptStatus attempt = status.attempts().getFirst();
    assertThat(attempt.endedAt()).isEqualTo(sample.now());
    assertThat(attempt.error()).extracting(TaskError::code).isEqualTo(TaskError.CANCELLED);
    assertThat(store.running()).isEmpty();
  }

  @Test
  void cancellingWhatEndedOrNeverWasChangesNothing() {
    QueuedTask task = running(HASH);
    get(store.end(sample.completed(task.nextAttempt(), "1")));
    QueuedTask cancelled = add(HASH);
    get(store.cancel(cancelled.id(), sample.now()));
    sample.advance(Duration.ofSeconds(1));

    assertThat(get(store.cancel(task.id(), sample.now())))
        .isEqualTo(new Cancellation.AlreadyEnded(COMPLETED));
    assertThat(get(store.cancel(cancelled.id(), sample.now())))
        .isEqualTo(new Cancellation.AlreadyEnded(CANCELLED));
    assertThat(get(store.cancel(sample.ids.next(), sample.now())))
        .isEqualTo(new Cancellation.NotFound());
    assertThat(status(cancelled.id()).endedAt()).isEqualTo(sample.now().minusSeconds(1));
  }

  @Test
  void listingsAreNewestFirstFilteredAndReadInPages() {
    Map<TaskState, List<TaskId>> expected = new java.util.EnumMap<>(TaskState.class);
    for (int round = 0; round < 3; round++) {
      for (TaskState state : TaskState.values()) {
        for (TaskType type : List.of(HASH, UPPER)) {
          TaskId id = inState(state, type);
          if (type.equals(HASH)) {
            expected.computeIfAbsent(state, key -> new ArrayList<>()).addFirst(id);
          }
        }
      }
    }

    for (TaskState state : TaskState.values()) {
      assertThat(pages(new TaskFilter(state, HASH, null), 2)).isEqualTo(expected.get(state));
      List<TaskStatus> ofState = store.list(new TaskFilter(state, null, null), 100);
      assertThat(ofState).hasSize(6).allMatch(status -> status.state() == state);
      assertThat(ofState)
          .extracting(TaskStatus::id)
          .isSortedAccordingTo(Collections.reverseOrder());
      assertThat(ofState).allMatch(status -> status.attempts().isEmpty());
    }
    assertThat(pages(new TaskFilter(null, UPPER, null), 4)).hasSize(21);
    List<TaskId> all = pages(TaskFilter.ALL, 5);
    assertThat(all).hasSize(42).isSortedAccordingTo(Collections.reverseOrder());
    assertThat(store.list(TaskFilter.ALL, 0)).isEmpty();
    assertThat(store.find(sample.ids.next())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aRandomSequenceDoesWhatTheModelSaysAndTheCountsStayExact(long seed) {
    StoreModel model = new StoreModel(store, sample, new Random(seed));

    model.run(1500);

    assertThat(store.counts()).as("seed %d", seed).isEqualTo(model.counts());
    assertThat(store.counts()).as("seed %d", seed).isEqualTo(recount());
    for (TaskType type : List.of(HASH, UPPER)) {
      assertThat(queue(type)).as("seed %d", seed).isEqualTo(model.queue(type));
    }
    store.close();
    store = open();
    assertThat(store.counts()).as("seed %d", seed).isEqualTo(model.counts());
  }

  @Test
  void tasksAddedByManyThreadsAreAllKeptEachAtItsOwnPlace() throws Exception {
    ConcurrentLinkedQueue<QueuedTask> added = new ConcurrentLinkedQueue<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        all.add(threads.submit(() -> IntStream.range(0, 200).forEach(n -> added.add(add(HASH)))));
      }
      for (Future<?> each : all) {
        each.get(60, TimeUnit.SECONDS);
      }
    }

    assertThat(queue(HASH)).containsExactlyInAnyOrderElementsOf(added).hasSize(1600);
    assertThat(new HashSet<>(queue(HASH).stream().map(QueuedTask::position).toList()))
        .hasSize(1600);
    assertThat(store.counts()).isEqualTo(Map.of(HASH, Map.of(QUEUED, 1600L)));
  }

  @Test
  void readingTheQueueSeesExactlyWhatWasAddedBefore() {
    List<CompletableFuture<QueuedTask>> added = new ArrayList<>();
    List<CompletableFuture<List<QueuedTask>>> seen = new ArrayList<>();
    for (int number = 0; number < 300; number++) {
      added.add(store.add(sample.ids.next(), request(HASH), sample.now()));
      seen.add(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, 0, 1000, Long.MAX_VALUE));
    }

    for (int number = 0; number < 300; number++) {
      List<QueuedTask> page = get(seen.get(number));
      assertThat(page).hasSize(number + 1);
      assertThat(page.getLast()).isEqualTo(get(added.get(number)));
    }
  }

  @Test
  void futuresCompleteInTheOrderOfTheCallsWhenTheirChangeIsCommitted() {
    ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<TaskId> missing = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int number = 0; number < 200; number++) {
      int call = number;
      all.add(
          store
              .add(sample.ids.next(), request(HASH), sample.now())
              .thenAccept(
                  task -> {
                    order.add(call);
                    if (store.find(task.id()).isEmpty()) {
                      missing.add(task.id());
                    }
                  }));
    }
    all.forEach(Futures::get);

    assertThat(List.copyOf(order)).isSorted().hasSize(200);
    assertThat(missing).isEmpty();
  }

  @Test
  void everythingIsThereAfterClosingAndOpeningAgain() {
    QueuedTask queued = add(HASH);
    QueuedTask running = running(HASH);
    QueuedTask scheduled = running(UPPER);
    get(store.end(sample.failed(scheduled.nextAttempt(), SCHEDULED, true)));
    List<TaskStatus> before = store.list(TaskFilter.ALL, 10);
    Map<TaskType, Map<TaskState, Long>> counts = store.counts();
    TaskStatus status = status(running.id());

    store.close();
    store = open();

    assertThat(store.list(TaskFilter.ALL, 10)).isEqualTo(before);
    assertThat(store.counts()).isEqualTo(counts);
    assertThat(status(running.id())).isEqualTo(status);
    assertThat(queue(HASH)).containsExactly(queued);
    assertThat(store.running())
        .containsExactly(new RunningTask(running, sample.start(running.nextAttempt())));
    assertThat(store.nextReadyAt()).contains(sample.now().plusSeconds(60));
  }

  @Test
  void noPositionIsGivenTwiceAlsoAfterARestart() {
    QueuedTask last = add(HASH);
    get(store.cancel(last.id(), sample.now()));

    store.close();
    store = open();

    assertThat(add(HASH).position()).isGreaterThan(last.position());
  }

  @Test
  void closingCommitsWhatWasCalledBeforeAndRefusesWhatComesLater() {
    List<CompletableFuture<QueuedTask>> before = new ArrayList<>();
    for (int number = 0; number < 500; number++) {
      before.add(store.add(sample.ids.next(), request(HASH), sample.now()));
    }
    TaskStore closing = store;

    closing.close();
    closing.close();

    assertThat(before).allMatch(future -> future.isDone() && !future.isCompletedExceptionally());
    assertThat(failure(closing.add(sample.ids.next(), request(HASH), sample.now())))
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(closing::counts).isInstanceOf(StoreException.class);
    store = open();
    assertThat(queue(HASH)).isEqualTo(before.stream().map(Futures::get).toList());
  }

  QueuedTask add(TaskType type) {
    return get(store.add(sample.ids.next(), request(type), sample.now()));
  }

  void begin(QueuedTask task) {
    assertThat(get(store.begin(sample.start(task.nextAttempt())))).isTrue();
  }

  QueuedTask running(TaskType type) {
    QueuedTask task = add(type);
    begin(task);
    return task;
  }

  List<QueuedTask> queue(TaskType type) {
    return get(store.queued(type, TaskTerms.DEFAULT_PRIORITY, 0, 100_000, Long.MAX_VALUE));
  }

  TaskStatus status(TaskId id) {
    Optional<TaskStatus> status = store.find(id);
    assertThat(status).isPresent();
    return status.get();
  }

  private TaskId inState(TaskState state, TaskType type) {
    QueuedTask task = add(type);
    if (state != QUEUED) {
      begin(task);
    }
    AttemptStart start = sample.start(task.nextAttempt());
    switch (state) {
      case QUEUED, RUNNING -> {}
      case COMPLETED -> get(store.end(sample.completed(start.attempt(), "1")));
      case SCHEDULED, DEAD, EXPIRED -> get(store.end(sample.failed(start.attempt(), state, true)));
      case CANCELLED -> get(store.cancel(task.id(), sample.now()));
    }
    return task.id();
  }

  private List<TaskId> pages(TaskFilter filter, int limit) {
    List<TaskId> all = new ArrayList<>();
    List<TaskStatus> page = store.list(filter, limit);
    while (!page.isEmpty()) {
      assertThat(page).hasSizeLessThanOrEqualTo(limit);
      page.forEach(status -> all.add(status.id()));
      page = store.list(filter.after(all.getLast()), limit);
    }
    return all;
  }

  private Map<TaskType, Map<TaskState, Long>> recount() {
    return store.list(TaskFilter.ALL, Integer.MAX_VALUE).stream()
        .collect(
            java.util.stream.Collectors.groupingBy(
                TaskStatus::type,
                java.util.stream.Collectors.groupingBy(
                    TaskStatus::state, java.util.stream.Collectors.counting())));
  }
}
