package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.store.Sample.HASH;
import static tasknet.dispatcher.testkit.Futures.get;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.task.Label;
import tasknet.task.Labels;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/** What every store does for the terms of a task. */
abstract class TaskTermsContract {
  private static final Duration KEPT = Duration.ofHours(24);

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

  // ---- trace and wait --------------------------------------------------------------------------

  @Test
  void aTraceIsKeptAsItWasGiven() {
    TraceContext plain =
        new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);
    TraceContext vendors = new TraceContext(plain.traceparent(), "a=1, b= c");
    QueuedTask one = add(TaskTerms.STANDARD.withTrace(plain));
    QueuedTask other = add(TaskTerms.STANDARD.withTrace(vendors));
    QueuedTask none = add(TaskTerms.STANDARD);

    assertThat(queued()).containsExactly(one, other, none);
    assertThat(queued())
        .extracting(task -> task.request().terms().trace())
        .containsExactly(plain, vendors, null);
    assertThat(get(store.cancel(other.id(), sample.now())))
        .isEqualTo(new Cancellation.WhileWaiting(TaskState.QUEUED, HASH, vendors));
    get(store.begin(sample.start(one.nextAttempt())));
    closeStore();
    openStore();
    assertThat(store.running().getFirst().task()).isEqualTo(one);
  }

  @Test
  void aTaskKnowsSinceWhenItIsQueued() {
    QueuedTask task = add(TaskTerms.STANDARD);
    assertThat(task.queuedAt()).isEqualTo(task.createdAt());
    get(store.begin(sample.start(task.nextAttempt())));
    sample.advance(Duration.ofSeconds(3));
    AttemptEnd end = sample.failed(task.nextAttempt(), TaskState.QUEUED, true);
    get(store.end(end));
    assertThat(queued()).containsExactly(task.after(end));
    assertThat(queued().getFirst().queuedAt()).isEqualTo(end.at());

    Instant ready = sample.now().plusSeconds(5);
    QueuedTask delayed = add(TaskTerms.STANDARD.withRunAt(ready));
    sample.advance(Duration.ofSeconds(9));
    QueuedTask promoted = get(store.promote(sample.now(), 1)).getFirst();
    assertThat(promoted.id()).isEqualTo(delayed.id());
    assertThat(promoted.queuedAt()).isEqualTo(ready);
    assertThat(queued().getLast()).isEqualTo(promoted);
  }

  private List<QueuedTask> queued() {
    return get(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, 0, 9, Long.MAX_VALUE));
  }

  // ---- deadline --------------------------------------------------------------------------------

  @Test
  void aDeadlineIsKeptAsItWasGiven() {
    Instant deadline = sample.now().plusNanos(5_000_123_000L);
    QueuedTask task = add(deadline);

    assertThat(get(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, 0, 9, Long.MAX_VALUE)))
        .containsExactly(task);
    assertThat(status(task.id()).deadline()).isEqualTo(deadline);
    assertThat(store.list(TaskFilter.ALL, 1).getFirst().deadline()).isEqualTo(deadline);
    begin(task);
    assertThat(store.running().getFirst().task()).isEqualTo(task);
  }

  @Test
  void whatWaitsExpiresAtItsDeadlineTheEarliestFirst() {
    QueuedTask later = add(sample.now().plusSeconds(2));
    QueuedTask earlier = add(sample.now().plusSeconds(1));
    QueuedTask retried = add(sample.now().plusSeconds(3));
    begin(retried);
    get(store.end(sample.failed(retried.nextAttempt(), TaskState.SCHEDULED, true)));
    QueuedTask inTime = add(sample.now().plusNanos(3_000_001_000L));
    QueuedTask without = add(TaskTerms.STANDARD);
    assertThat(store.nextDeadline()).contains(sample.now().plusSeconds(1));

    sample.advance(Duration.ofSeconds(3));
    assertThat(get(store.expire(sample.now(), 2)))
        .containsExactly(
            new Expiry(earlier.id(), earlier.request().type(), TaskState.QUEUED, null),
            new Expiry(later.id(), later.request().type(), TaskState.QUEUED, null));
    assertThat(get(store.expire(sample.now(), 2)))
        .containsExactly(
            new Expiry(retried.id(), retried.request().type(), TaskState.SCHEDULED, null));
    assertThat(get(store.expire(sample.now(), 2))).isEmpty();

    TaskStatus expired = status(earlier.id());
    assertThat(expired.state()).isEqualTo(TaskState.EXPIRED);
    assertThat(expired.endedAt()).isEqualTo(sample.now());
    assertThat(Objects.requireNonNull(expired.error()).code())
        .isEqualTo(TaskError.DEADLINE_EXCEEDED);
    assertThat(status(retried.id()).nextAttemptAt()).isNull();
    assertThat(get(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, 0, 9, Long.MAX_VALUE)))
        .containsExactly(inTime, without);
    assertThat(store.nextDeadline()).contains(sample.now().plusNanos(1_000));
    assertThat(store.counts())
        .isEqualTo(Map.of(HASH, Map.of(TaskState.QUEUED, 2L, TaskState.EXPIRED, 3L)));
  }

  @Test
  void noAttemptBeginsAtTheDeadlineOrLater() {
    QueuedTask task = add(sample.now().plusSeconds(1));
    sample.advance(Duration.ofSeconds(1));

    assertThat(get(store.begin(sample.start(task.nextAttempt())))).isFalse();

    assertThat(status(task.id()).state()).isEqualTo(TaskState.QUEUED);
    assertThat(status(task.id()).attempts()).isEmpty();
    assertThat(get(store.expire(sample.now(), 9))).hasSize(1);
  }

  @Test
  void whatRunsOrHasEndedDoesNotExpire() {
    Instant deadline = sample.now().plusSeconds(1);
    QueuedTask running = add(deadline);
    begin(running);
    QueuedTask completed = add(deadline);
    begin(completed);
    get(store.end(sample.completed(completed.nextAttempt(), "1")));
    get(store.cancel(add(deadline).id(), sample.now()));
    sample.advance(Duration.ofSeconds(2));

    assertThat(store.nextDeadline()).isEmpty();
    assertThat(get(store.expire(sample.now(), 9))).isEmpty();
    assertThat(get(store.end(sample.completed(running.nextAttempt(), "1")))).isTrue();
  }

  @Test
  void deadlinesSurviveARestart() {
    QueuedTask task = add(sample.now().plusSeconds(1));
    store.close();
    store = open();

    assertThat(store.nextDeadline()).contains(sample.now().plusSeconds(1));
    assertThat(get(store.expire(sample.now().plusSeconds(1), 9)))
        .isEqualTo(List.of(new Expiry(task.id(), task.request().type(), TaskState.QUEUED, null)));
  }

  // ---- delay -----------------------------------------------------------------------------------

  @Test
  void aTaskWithAStartIsScheduledUntilThen() {
    Instant start = sample.now().plusSeconds(2);
    QueuedTask later = add(TaskTerms.STANDARD.withRunAt(start));
    QueuedTask sooner = add(TaskTerms.STANDARD.withRunAt(start.minusSeconds(1)));
    QueuedTask atOnce = add(TaskTerms.STANDARD);

    assertThat(status(later.id())).isEqualTo(later.status());
    assertThat(later.status().state()).isEqualTo(TaskState.SCHEDULED);
    assertThat(later.status().nextAttemptAt()).isEqualTo(start);
    assertThat(store.nextReadyAt()).contains(start.minusSeconds(1));
    assertThat(queue()).containsExactly(atOnce.id());
    assertThat(get(store.begin(sample.start(later.nextAttempt())))).isFalse();
    assertThat(store.counts())
        .isEqualTo(Map.of(HASH, Map.of(TaskState.QUEUED, 1L, TaskState.SCHEDULED, 2L)));

    store.close();
    store = open();
    sample.advance(Duration.ofSeconds(2));
    List<QueuedTask> promoted = get(store.promote(sample.now(), 9));

    assertThat(promoted).extracting(QueuedTask::id).containsExactly(sooner.id(), later.id());
    assertThat(queue()).containsExactly(atOnce.id(), sooner.id(), later.id());
    assertThat(status(later.id()).state()).isEqualTo(TaskState.QUEUED);
    assertThat(status(later.id()).nextAttemptAt()).isNull();
    begin(promoted.getFirst());
  }

  // ---- since when tasks are queued --------------------------------------------------------------

  @Test
  void theOldestQueuedTaskOfATypeIsTheOneThatWaitsTheLongest() {
    Instant start = sample.now();
    assertThat(store.oldestQueued()).isEmpty();

    QueuedTask usual = add(TaskTerms.STANDARD);
    sample.advance(Duration.ofSeconds(1));
    QueuedTask urgent = add(TaskTerms.STANDARD.withPriority(9));
    assertThat(store.oldestQueued()).isEqualTo(Map.of(HASH, start));
    begin(usual);
    assertThat(store.oldestQueued()).isEqualTo(Map.of(HASH, start.plusSeconds(1)));
    begin(urgent);
    assertThat(store.oldestQueued()).isEmpty();
  }

  @Test
  void aTaskIsQueuedSinceItsTimeHasComeOrItsAttemptHasEnded() {
    Instant start = sample.now();
    add(TaskTerms.STANDARD.withRunAt(start.plusSeconds(1)));
    sample.advance(Duration.ofSeconds(5));
    QueuedTask promoted = get(store.promote(sample.now(), 9)).getFirst();
    assertThat(promoted.queuedAt()).isEqualTo(start.plusSeconds(1));
    assertThat(store.oldestQueued()).isEqualTo(Map.of(HASH, start.plusSeconds(1)));
    begin(promoted);
    sample.advance(Duration.ofSeconds(1));
    AttemptEnd end = sample.failed(promoted.nextAttempt(), TaskState.QUEUED, true);
    get(store.end(end));

    store.close();
    store = open();

    assertThat(store.oldestQueued()).isEqualTo(Map.of(HASH, end.at()));
    assertThat(get(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, 0, 9, Long.MAX_VALUE)).getFirst())
        .isEqualTo(promoted.after(end));
  }

  // ---- priority --------------------------------------------------------------------------------

  @Test
  void eachPriorityHasItsQueue() {
    QueuedTask least = add(TaskTerms.STANDARD.withPriority(0));
    QueuedTask most = add(TaskTerms.STANDARD.withPriority(9));
    QueuedTask later = add(TaskTerms.STANDARD.withPriority(9));

    assertThat(get(store.queued(HASH, 0, 0, 9, Long.MAX_VALUE))).containsExactly(least);
    assertThat(get(store.queued(HASH, 9, 0, 9, Long.MAX_VALUE))).containsExactly(most, later);
    assertThat(get(store.queued(HASH, 9, most.position(), 9, Long.MAX_VALUE)))
        .containsExactly(later);
    assertThat(queue()).isEmpty();
    assertThat(status(most.id()).priority()).isEqualTo(9);
    assertThat(status(least.id()).priority()).isZero();
  }

  @Test
  void aPromotedTaskKeepsItsPriority() {
    QueuedTask task =
        add(TaskTerms.STANDARD.withPriority(7).withRunAt(sample.now().plusSeconds(1)));

    assertThat(get(store.promote(sample.now().plusSeconds(1), 9)))
        .extracting(each -> each.request().terms().priority())
        .containsExactly(7);
    assertThat(get(store.queued(HASH, 7, 0, 9, Long.MAX_VALUE)))
        .extracting(QueuedTask::id)
        .containsExactly(task.id());
  }

  // ---- labels ----------------------------------------------------------------------------------

  @Test
  void labelsAreKeptAsTheyWereGiven() {
    Labels labels = new Labels(Map.of("customer", "4711", "a.b_c/d-e", "x: ä😀 'y'", "empty", ""));
    QueuedTask task = add(TaskTerms.STANDARD.withLabels(labels));

    assertThat(get(store.queued(HASH, 4, 0, 9, Long.MAX_VALUE))).containsExactly(task);
    assertThat(status(task.id()).labels()).isEqualTo(labels.values());
    assertThat(store.list(TaskFilter.ALL, 1).getFirst().labels()).isEqualTo(labels.values());
  }

  @Test
  void tasksAreFoundByTheirLabelsTogetherWithStateAndType() {
    List<TaskId> red = new ArrayList<>();
    List<TaskId> redAndBig = new ArrayList<>();
    for (int number = 0; number < 12; number++) {
      Map<String, String> labels = new HashMap<>();
      labels.put("color", number % 2 == 0 ? "red" : "blue");
      labels.put("size", number % 3 == 0 ? "big" : "small");
      TaskId id = add(TaskTerms.STANDARD.withLabels(new Labels(labels))).id();
      if (number % 2 == 0) {
        red.addFirst(id);
        if (number % 3 == 0) {
          redAndBig.addFirst(id);
        }
      }
    }
    TaskId cancelled = red.get(2);
    get(store.cancel(cancelled, sample.now()));
    Label color = new Label("color", "red");

    assertThat(found(null, null, color)).isEqualTo(red);
    assertThat(found(null, null, color, new Label("size", "big"))).isEqualTo(redAndBig);
    assertThat(found(TaskState.CANCELLED, null, color)).containsExactly(cancelled);
    assertThat(found(TaskState.COMPLETED, null, color)).isEmpty();
    assertThat(found(null, HASH, color)).isEqualTo(red);
    assertThat(found(null, Sample.UPPER, color)).isEmpty();
    assertThat(found(null, null, new Label("color", "re"))).isEmpty();
    assertThat(found(null, null, new Label("colo", "red"))).isEmpty();
  }

  /** All pages of two. */
  private List<TaskId> found(@Nullable TaskState state, @Nullable TaskType type, Label... labels) {
    List<TaskId> found = new ArrayList<>();
    List<TaskStatus> page;
    do {
      TaskId before = found.isEmpty() ? null : found.getLast();
      page = store.list(new TaskFilter(state, type, before, List.of(labels)), 2);
      page.forEach(task -> found.add(task.id()));
    } while (!page.isEmpty());
    return found;
  }

  // ---- idempotency -----------------------------------------------------------------------------

  @Test
  void aKeyGivesTheSameTaskForTheSameBodyOnly() {
    QueuedTask task = added(addOnce("key", "body"));

    assertThat(addOnce("key", "body")).isEqualTo(new Addition.Known(task.id()));
    assertThat(addOnce("key", "other")).isEqualTo(new Addition.KeyTaken());
    assertThat(added(addOnce("Key", "body")).id()).isNotEqualTo(task.id());
    store.close();
    store = open();
    assertThat(addOnce("key", "body")).isEqualTo(new Addition.Known(task.id()));
    assertThat(store.counts()).isEqualTo(Map.of(HASH, Map.of(TaskState.QUEUED, 2L)));
  }

  @Test
  void callsThatShareACommitAddOneTask() {
    List<CompletableFuture<Addition>> calls = new ArrayList<>();
    for (int number = 0; number < 10; number++) {
      calls.add(
          store.addOnce(sample.ids.next(), Sample.request(HASH), sample.now(), key("k", "b")));
    }

    TaskId id = added(get(calls.getFirst())).id();
    assertThat(calls.subList(1, 10))
        .allSatisfy(call -> assertThat(get(call)).isEqualTo(new Addition.Known(id)));
    assertThat(queue()).containsExactly(id);
  }

  @Test
  void aKeyIsAsGoodAsNewWhenItsTimeIsOver() {
    TaskId first = added(addOnce("key", "body")).id();
    sample.advance(KEPT.minusMillis(1));
    assertThat(addOnce("key", "body")).isEqualTo(new Addition.Known(first));

    sample.advance(Duration.ofMillis(1));

    TaskId second = added(addOnce("key", "other")).id();
    assertThat(second).isNotEqualTo(first);
    assertThat(addOnce("key", "other")).isEqualTo(new Addition.Known(second));
  }

  private Addition addOnce(String key, String body) {
    return get(
        store.addOnce(sample.ids.next(), Sample.request(HASH), sample.now(), key(key, body)));
  }

  SubmissionKey key(String key, String body) {
    return new SubmissionKey(key, body, sample.now().plus(KEPT));
  }

  static QueuedTask added(Addition addition) {
    assertThat(addition).isInstanceOf(Addition.Added.class);
    return ((Addition.Added) addition).task();
  }

  // ---- small things ----------------------------------------------------------------------------

  private QueuedTask add(Instant deadline) {
    return add(TaskTerms.STANDARD.withDeadline(deadline));
  }

  private List<TaskId> queue() {
    return get(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, 0, 9, Long.MAX_VALUE)).stream()
        .map(QueuedTask::id)
        .toList();
  }

  QueuedTask add(TaskTerms terms) {
    return get(store.add(sample.ids.next(), Sample.request(HASH).with(terms), sample.now()));
  }

  void begin(QueuedTask task) {
    assertThat(get(store.begin(sample.start(task.nextAttempt())))).isTrue();
  }

  TaskStatus status(TaskId id) {
    return store.find(id).orElseThrow();
  }
}
