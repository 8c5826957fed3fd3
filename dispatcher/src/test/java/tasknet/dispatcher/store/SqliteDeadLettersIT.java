package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.store.Sample.HASH;
import static tasknet.dispatcher.store.Sample.UPPER;
import static tasknet.dispatcher.testkit.Futures.get;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.dispatcher.store.DeadLetters.Lane;
import tasknet.dispatcher.store.DeadLetters.Part;
import tasknet.dispatcher.store.DeadLetters.Place;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.testkit.Futures;
import tasknet.task.AttemptId;
import tasknet.task.AttemptStatus;
import tasknet.task.DeadGroup;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.Label;
import tasknet.task.Labels;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/** DEAD tasks in a store on real files. */
class SqliteDeadLettersIT {
  @TempDir Path folder;
  private final Sample sample = new Sample();

  @SuppressWarnings("NullAway.Init")
  private SqliteTaskStore store;

  @BeforeEach
  void open() {
    store = SqliteStores.open(folder);
  }

  @AfterEach
  void groupsAndCountsAgreeWithTheTasks() throws Exception {
    store.close();
    assertSound(folder);
  }

  /** What is counted is what is there, and nothing is left of what is not. */
  static void assertSound(Path folder) throws Exception {
    String groups =
        "SELECT group_concat(g, ' ') FROM (SELECT fingerprint || ':' || %s AS g FROM %s ORDER BY 1)";
    assertThat(SqliteStores.ask(folder, groups.formatted("tasks", "dead_group")))
        .isEqualTo(
            SqliteStores.ask(
                folder,
                groups.formatted(
                    "count(*)", "task WHERE fingerprint IS NOT NULL GROUP BY fingerprint")));
    String counts =
        "SELECT group_concat(g, ' ') FROM (SELECT type || state || %s AS g FROM %s ORDER BY 1)";
    assertThat(SqliteStores.ask(folder, counts.formatted("tasks", "task_count WHERE tasks > 0")))
        .isEqualTo(
            SqliteStores.ask(folder, counts.formatted("count(*)", "task GROUP BY type, state")));
    assertThat(
            SqliteStores.ask(
                folder,
                "SELECT (SELECT count(*) FROM task"
                    + " WHERE (state = 'DEAD') <> (fingerprint IS NOT NULL))"
                    + " + (SELECT count(*) FROM attempt WHERE task NOT IN (SELECT id FROM task))"
                    + " + (SELECT count(*) FROM label WHERE task NOT IN (SELECT id FROM task))"
                    + " + (SELECT count(*) FROM large_payload WHERE seq NOT IN (SELECT seq FROM task"
                    + " WHERE payload IS NULL))"))
        .isEqualTo("0");
    assertThat(SqliteStores.ask(folder, "PRAGMA integrity_check")).isEqualTo("ok");
  }

  // ---- groups ----------------------------------------------------------------------------------

  @Test
  void tasksThatDiedOfTheSameAreAGroup() {
    QueuedTask first = dead(HASH, "Line 1 broke.");
    Instant firstAt = sample.now();
    sample.advance(Duration.ofSeconds(1));
    QueuedTask second = dead(HASH, "Line 2 broke.");
    Instant lastAt = sample.now();
    QueuedTask other = dead(HASH, "Disk full.");
    completed();

    Fingerprint fingerprint = fingerprint(first);
    assertThat(fingerprint(second)).isEqualTo(fingerprint);
    assertThat(fingerprint(other)).isNotEqualTo(fingerprint);
    assertThat(store.deadLetters().group(fingerprint))
        .contains(
            new DeadGroup(
                fingerprint,
                HASH,
                TaskError.HANDLER_FAILED,
                "Line 2 broke.",
                2,
                firstAt,
                lastAt,
                second.id()));
    assertThat(store.deadLetters().group(new Fingerprint("0123456789abcdef"))).isEmpty();
    assertThat(groups(null)).hasSize(2);
    assertThat(store.list(TaskFilter.ALL, 9).get(1).fingerprint()).isEqualTo(fingerprint(other));
  }

  @Test
  void theGroupInWhichATaskDiedLastComesFirstOnPagesAndByType() {
    for (String message : List.of("a", "b", "c", "d", "e")) {
      sample.advance(Duration.ofSeconds(1));
      dead(message.equals("c") ? UPPER : HASH, message);
    }
    sample.advance(Duration.ofSeconds(1));
    dead(HASH, "b");

    assertThat(groups(null))
        .extracting(DeadGroup::message)
        .containsExactly("b", "e", "d", "c", "a");
    assertThat(groups(HASH)).extracting(DeadGroup::message).containsExactly("b", "e", "d", "a");
    assertThat(groups(UPPER)).extracting(DeadGroup::tasks).containsExactly(1L);
    assertThat(groups(new TaskType("none"))).isEmpty();
  }

  @Test
  void theTasksOfAGroupAreListedOnPages() {
    List<TaskId> dead = new ArrayList<>();
    for (int number = 0; number < 7; number++) {
      dead.addFirst(dead(HASH, "Line " + number).id());
      dead(HASH, "Other");
    }
    QueuedTask labelled = dead(add(HASH, "1", labels("a", "b")), "Line 1");
    dead.addFirst(labelled.id());

    assertThat(listed(fingerprint(labelled), null)).isEqualTo(dead);
    assertThat(listed(fingerprint(labelled), new Label("a", "b"))).containsExactly(labelled.id());
  }

  // ---- requeue ---------------------------------------------------------------------------------

  @Test
  void aRequeuedTaskIsAtTheEndOfItsQueueWithoutFailuresAndKeepsItsAttempts() {
    QueuedTask task = dead(HASH, "It broke.");
    QueuedTask waiting = add(HASH, "1", TaskTerms.STANDARD);

    Requeue requeue = get(store.deadLetters().requeue(task.id(), null, null, sample.now()));

    QueuedTask back = ((Requeue.Requeued) requeue).task();
    assertThat(back.queuedAt()).isEqualTo(sample.now());
    assertThat(back.failures()).isZero();
    assertThat(back.attempts()).isEqualTo(1);
    assertThat(back.position()).isGreaterThan(waiting.position());
    assertThat(queue()).containsExactly(waiting, back);
    TaskStatus status = status(task.id());
    assertThat(status.state()).isEqualTo(TaskState.QUEUED);
    assertThat(status.fingerprint()).isNull();
    assertThat(status.endedAt()).isNull();
    assertThat(status.attempts()).hasSize(1);
    assertThat(groups(null)).isEmpty();
    AttemptId second = new AttemptId(task.id(), 2);
    assertThat(get(store.begin(sample.start(new AttemptId(task.id(), 1))))).isFalse();
    assertThat(get(store.begin(sample.start(second)))).isTrue();
    assertThat(get(store.end(sample.completed(second, "2")))).isTrue();
  }

  @Test
  void aDeadlineThatHasPassedIsDroppedAndAnotherOneHolds() {
    QueuedTask past =
        dead(add(HASH, "1", TaskTerms.STANDARD.withDeadline(sample.now().plusSeconds(1))), "x");
    Instant deadline = sample.now().plusSeconds(5);
    QueuedTask future = dead(add(HASH, "1", TaskTerms.STANDARD.withDeadline(deadline)), "x");
    sample.advance(Duration.ofSeconds(1));

    requeue(past, null);
    requeue(future, null);

    assertThat(status(past.id()).deadline()).isNull();
    assertThat(status(future.id()).deadline()).isEqualTo(deadline);
    assertThat(store.nextDeadline()).contains(deadline);
    assertThat(get(store.expire(deadline, 9))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"10, 20", "10, 5000", "5000, 10", "5000, 6000"})
  void anEditedPayloadTakesThePlaceOfTheOldOneWhateverTheirSizes(int before, int after) {
    QueuedTask task = dead(add(HASH, text('a', before), TaskTerms.STANDARD), "It broke.");
    JsonText edited = new JsonText(text('b', after));

    requeue(task, edited);

    assertThat(queue().getFirst().request().payload()).isEqualTo(edited);
    assertThat(status(task.id()).payload()).isEqualTo(edited);
  }

  @Test
  void whatIsNotDeadIsNotRequeuedNorDeleted() {
    QueuedTask waiting = add(HASH, "1", TaskTerms.STANDARD);
    DeadLetters letters = store.deadLetters();

    assertThat(get(letters.requeue(waiting.id(), new JsonText("2"), null, sample.now())))
        .isEqualTo(new Requeue.NotDead(TaskState.QUEUED));
    assertThat(get(letters.delete(waiting.id()))).isEqualTo(new Deletion.NotDead(TaskState.QUEUED));
    TaskId unknown = sample.ids.next();
    assertThat(get(letters.requeue(unknown, null, null, sample.now())))
        .isEqualTo(new Requeue.NotFound());
    assertThat(get(letters.delete(unknown))).isEqualTo(new Deletion.NotFound());
    assertThat(queue()).containsExactly(waiting);
  }

  @Test
  void callsThatShareACommitRequeueATaskOnce() {
    QueuedTask task = dead(HASH, "It broke.");
    List<CompletableFuture<Requeue>> calls = new ArrayList<>();
    for (int number = 0; number < 10; number++) {
      calls.add(store.deadLetters().requeue(task.id(), null, null, sample.now()));
    }

    assertThat(calls)
        .extracting(Futures::get)
        .filteredOn(Requeue.Requeued.class::isInstance)
        .hasSize(1);
  }

  @Test
  void aGroupIsRequeuedInPartsTheOldestFirstWithoutWhatDiesLater() {
    List<QueuedTask> dead = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      dead.add(dead(HASH, "Line " + number));
    }
    dead.add(dead(add(HASH, "1", TaskTerms.STANDARD.withPriority(9)), "Line 9"));
    QueuedTask other = dead(HASH, "Other");
    Fingerprint group = fingerprint(dead.getFirst());
    Instant until = sample.now();

    Part first = get(store.deadLetters().requeue(group, null, until, 4));
    sample.advance(Duration.ofSeconds(1));
    QueuedTask later = dead(HASH, "Line 10");
    Part second = get(store.deadLetters().requeue(group, first.last(), until, 4));

    assertThat(first.tasks()).isEqualTo(4);
    assertThat(first.last()).isEqualTo(dead.get(3).id());
    assertThat(first.lanes()).containsExactly(new Lane(HASH, 4));
    assertThat(second.tasks()).isEqualTo(2);
    assertThat(second.last()).isNull();
    assertThat(second.lanes()).containsExactlyInAnyOrder(new Lane(HASH, 4), new Lane(HASH, 9));
    assertThat(queue())
        .extracting(QueuedTask::id)
        .isEqualTo(dead.subList(0, 5).stream().map(QueuedTask::id).toList());
    assertThat(groups(null)).extracting(DeadGroup::tasks).containsExactly(1L, 1L);
    assertThat(status(later.id()).state()).isEqualTo(TaskState.DEAD);
    assertThat(status(other.id()).state()).isEqualTo(TaskState.DEAD);
  }

  // ---- delete ----------------------------------------------------------------------------------

  @Test
  void nothingIsLeftOfADeletedTask() {
    QueuedTask task = dead(add(HASH, text('a', 5000), labels("a", "b")), "It broke.");
    QueuedTask same = dead(add(HASH, text('a', 5000), labels("a", "b")), "It broke.");
    Fingerprint group = fingerprint(task);

    assertThat(get(store.deadLetters().delete(task.id()))).isEqualTo(new Deletion.Deleted(group));

    assertThat(store.find(task.id())).isEmpty();
    assertThat(listed(group, new Label("a", "b"))).containsExactly(same.id());
    assertThat(groups(null)).extracting(DeadGroup::tasks).containsExactly(1L);
  }

  @Test
  void aGroupIsDeletedInParts() {
    for (int number = 0; number < 5; number++) {
      dead(add(HASH, text('a', 5000), labels("a", "b")), "Line " + number);
    }
    QueuedTask other = dead(HASH, "Other");
    Fingerprint group =
        groups(null).stream().filter(it -> it.tasks() == 5).findFirst().orElseThrow().fingerprint();

    Part first = get(store.deadLetters().delete(group, null, sample.now(), 3));
    Part second = get(store.deadLetters().delete(group, first.last(), sample.now(), 3));

    assertThat(first.tasks() + second.tasks()).isEqualTo(5);
    assertThat(second.last()).isNull();
    assertThat(store.list(TaskFilter.ALL, 9))
        .extracting(TaskStatus::id)
        .containsExactly(other.id());
    assertThat(store.counts()).isEqualTo(Map.of(HASH, Map.of(TaskState.DEAD, 1L)));
  }

  // ---- poison ----------------------------------------------------------------------------------

  @Test
  void theSecondDeathMakesATaskDeadAndNamesTheWorkers() {
    QueuedTask task = add(HASH, "1", TaskTerms.STANDARD);
    assertThat(died(task, 1, TaskState.QUEUED, 2).orElseThrow().next()).isEqualTo(TaskState.QUEUED);
    restart();

    AttemptEnd second = died(task, 2, TaskState.QUEUED, 2).orElseThrow();

    assertThat(second.next()).isEqualTo(TaskState.DEAD);
    TaskStatus status = status(task.id());
    assertThat(status.state()).isEqualTo(TaskState.DEAD);
    TaskError error = Objects.requireNonNull(status.error());
    assertThat(error.code()).isEqualTo(TaskError.POISON);
    assertThat(error.message()).endsWith("worker worker-1, worker worker-1");
    assertThat(error.retryable()).isFalse();
    assertThat(status.attempts())
        .extracting(AttemptStatus::error)
        .extracting(it -> Objects.requireNonNull(it).code())
        .containsOnly(TaskError.WORKER_LOST);
    assertThat(status.fingerprint()).isEqualTo(Fingerprint.of(HASH, error));
  }

  @Test
  void otherEndsAreNotDeaths() {
    QueuedTask task = add(HASH, "1", TaskTerms.STANDARD);
    died(task, 1, TaskState.QUEUED, 2);
    begin(task, 2);
    get(store.end(sample.failed(new AttemptId(task.id(), 2), TaskState.QUEUED, true)));

    assertThat(died(task, 3, TaskState.SCHEDULED, 3).orElseThrow().next())
        .isEqualTo(TaskState.SCHEDULED);
  }

  @Test
  void zeroIsNeverAndTheDeadlineGoesFirst() {
    QueuedTask never = add(HASH, "1", TaskTerms.STANDARD);
    for (int number = 1; number < 5; number++) {
      assertThat(died(never, number, TaskState.QUEUED, 0).orElseThrow().next())
          .isEqualTo(TaskState.QUEUED);
    }
    QueuedTask late = add(HASH, "1", TaskTerms.STANDARD);

    assertThat(died(late, 1, TaskState.EXPIRED, 1).orElseThrow().next())
        .isEqualTo(TaskState.EXPIRED);
    assertThat(status(late.id()).fingerprint()).isNull();
  }

  @Test
  void aDeathThatIsDiscountedOrBeforeARequeueDoesNotCount() {
    QueuedTask task = add(HASH, "1", TaskTerms.STANDARD);
    died(task, 1, TaskState.QUEUED, 2);
    List<AttemptId> first = List.of(new AttemptId(task.id(), 1));
    assertThat(get(store.discountDeaths(first))).isEqualTo(1);
    assertThat(get(store.discountDeaths(first))).isZero();
    assertThat(died(task, 2, TaskState.QUEUED, 2).orElseThrow().next()).isEqualTo(TaskState.QUEUED);
    assertThat(died(task, 3, TaskState.QUEUED, 2).orElseThrow().next()).isEqualTo(TaskState.DEAD);

    requeue(task, null);

    assertThat(died(task, 4, TaskState.QUEUED, 2).orElseThrow().next()).isEqualTo(TaskState.QUEUED);
    assertThat(died(task, 5, TaskState.QUEUED, 2).orElseThrow().next()).isEqualTo(TaskState.DEAD);
  }

  @Test
  void aStaleDeathChangesNothing() {
    QueuedTask task = add(HASH, "1", TaskTerms.STANDARD);
    died(task, 1, TaskState.QUEUED, 2);
    begin(task, 2);

    assertThat(get(store.endByDeath(death(task, 1, TaskState.QUEUED), 1))).isEmpty();

    assertThat(status(task.id()).state()).isEqualTo(TaskState.RUNNING);
    assertThat(died(task, 2, TaskState.QUEUED, 3, false).orElseThrow().next())
        .isEqualTo(TaskState.QUEUED);
  }

  // ---- an older file ---------------------------------------------------------------------------

  @Test
  void whatWasDeadBeforeThereWereFingerprintsHasOne() throws Exception {
    store.close();
    Files.delete(folder.resolve("tasks.db"));
    List<TaskId> ids = List.of(sample.ids.next(), sample.ids.next());
    try (Statements sql = new SqliteFile(folder).openWriter(Schema.CURRENT.upTo(5))) {
      for (TaskId id : ids) {
        sql.update(
            """
            INSERT INTO task (id, type, state, position, attempts, failures, created_at, ended_at,
              timeout_nanos, max_attempts, backoff, payload,
              error_code, error_message, error_retryable)
            VALUES (?, 'hash', 'DEAD', 1, 1, 1, 0, 5, 1000000, 3, 'PT1S 2.0 PT1M 0.0', '1',
              'handler-failed', 'Line 1 broke.', 1)
            """,
            Columns.id(id));
      }
      sql.update("INSERT INTO task_count VALUES ('hash', 'DEAD', 2)");
    }

    store = SqliteStores.open(folder);

    TaskError error = new TaskError(TaskError.HANDLER_FAILED, "Line 7 broke.", true);
    assertThat(listed(Fingerprint.of(HASH, error), null)).isEqualTo(ids.reversed());
    assertThat(groups(null)).extracting(DeadGroup::tasks).containsExactly(2L);
    assertThat(get(store.deadLetters().requeue(ids.getFirst(), null, null, sample.now())))
        .isInstanceOf(Requeue.Requeued.class);
  }

  // ---- small things ----------------------------------------------------------------------------

  private QueuedTask add(TaskType type, String payload, TaskTerms terms) {
    TaskRequest request = Sample.request(type, payload).with(terms);
    return get(store.add(sample.ids.next(), request, sample.now()));
  }

  private QueuedTask dead(TaskType type, String message) {
    return dead(add(type, "1", TaskTerms.STANDARD), message);
  }

  private QueuedTask dead(QueuedTask task, String message) {
    begin(task, 1);
    TaskError error = new TaskError(TaskError.HANDLER_FAILED, message, true);
    AttemptEnd end =
        new AttemptEnd(
            task.nextAttempt(),
            sample.now(),
            new Outcome.Failed(error),
            TaskState.DEAD,
            null,
            true);
    assertThat(get(store.end(end))).isTrue();
    return task;
  }

  private void completed() {
    QueuedTask task = add(HASH, "1", TaskTerms.STANDARD);
    begin(task, 1);
    get(store.end(sample.completed(task.nextAttempt(), "1")));
    assertThat(status(task.id()).fingerprint()).isNull();
  }

  private Optional<AttemptEnd> died(QueuedTask task, int number, TaskState next, int deadlyAfter) {
    return died(task, number, next, deadlyAfter, true);
  }

  private Optional<AttemptEnd> died(
      QueuedTask task, int number, TaskState next, int deadlyAfter, boolean begin) {
    if (begin) {
      begin(task, number);
    }
    return get(store.endByDeath(death(task, number, next), deadlyAfter));
  }

  private AttemptEnd death(QueuedTask task, int number, TaskState next) {
    TaskError error = new TaskError(TaskError.WORKER_LOST, "worker worker-1 died", true);
    return new AttemptEnd(
        new AttemptId(task.id(), number),
        sample.now(),
        new Outcome.Failed(error),
        next,
        next == TaskState.SCHEDULED ? sample.now() : null,
        true);
  }

  private void begin(QueuedTask task, int number) {
    assertThat(get(store.begin(sample.start(new AttemptId(task.id(), number))))).isTrue();
  }

  private void requeue(QueuedTask task, @Nullable JsonText payload) {
    assertThat(get(store.deadLetters().requeue(task.id(), payload, null, sample.now())))
        .isInstanceOf(Requeue.Requeued.class);
  }

  private void restart() {
    store.close();
    store = SqliteStores.open(folder);
  }

  private List<QueuedTask> queue() {
    return get(store.queued(HASH, TaskTerms.DEFAULT_PRIORITY, 0, 99, Long.MAX_VALUE));
  }

  private TaskStatus status(TaskId id) {
    return store.find(id).orElseThrow();
  }

  private Fingerprint fingerprint(QueuedTask task) {
    return Objects.requireNonNull(status(task.id()).fingerprint());
  }

  /** All pages of two. */
  private List<DeadGroup> groups(@Nullable TaskType type) {
    List<DeadGroup> found = new ArrayList<>();
    List<DeadGroup> page;
    do {
      Place before =
          found.isEmpty()
              ? null
              : new Place(found.getLast().lastAt(), found.getLast().fingerprint());
      page = store.deadLetters().groups(type, before, 2);
      found.addAll(page);
    } while (!page.isEmpty());
    return found;
  }

  /** All pages of two. */
  private List<TaskId> listed(Fingerprint fingerprint, @Nullable Label label) {
    List<TaskId> found = new ArrayList<>();
    List<TaskStatus> page;
    do {
      TaskId before = found.isEmpty() ? null : found.getLast();
      List<Label> labels = label == null ? List.of() : List.of(label);
      page = store.list(new TaskFilter(null, null, before, labels).withFingerprint(fingerprint), 2);
      page.forEach(task -> found.add(task.id()));
    } while (!page.isEmpty());
    return found;
  }

  private static TaskTerms labels(String key, String value) {
    return TaskTerms.STANDARD.withLabels(new Labels(Map.of(key, value)));
  }

  private static String text(char letter, int length) {
    return '"' + String.valueOf(letter).repeat(length) + '"';
  }
}
