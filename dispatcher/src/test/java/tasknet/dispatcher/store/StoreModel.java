package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.testkit.Futures;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/**
 * The simplest store that there is, which does the same random calls as the one under test and says
 * what each must answer. Calls go out many at a time, so that they share commits.
 */
final class StoreModel {
  private static final int BURST = 100;
  private static final List<TaskState> CANCELLED_IN =
      List.of(TaskState.SCHEDULED, TaskState.QUEUED, TaskState.RUNNING, TaskState.COMPLETED);

  /** What the model knows of a task. */
  private static final class Entry {
    final TaskId id;
    final TaskType type;
    final TaskRequest request;
    final Instant created;
    TaskState state = TaskState.QUEUED;
    long order;
    long position;
    int attempts;
    int failures;
    Instant queuedAt;
    @Nullable Instant readyAt;

    Entry(TaskId id, TaskRequest request, Instant created, long order) {
      this.id = id;
      this.type = request.type();
      this.request = request;
      this.created = created;
      this.queuedAt = created;
      this.order = order;
    }

    Instant deadline() {
      return Objects.requireNonNullElse(request.terms().deadline(), Instant.MAX);
    }

    boolean isLate(Instant now) {
      return !now.isBefore(deadline());
    }
  }

  private final TaskStore store;
  private final Sample sample;
  private final Random random;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Runnable> checks = new ArrayList<>();
  private long orders;

  StoreModel(TaskStore store, Sample sample, Random random) {
    this.store = store;
    this.sample = sample;
    this.random = random;
  }

  void run(int calls) {
    for (int call = 1; call <= calls; call++) {
      sample.advance(Duration.ofMillis(random.nextInt(500)));
      switch (random.nextInt(13)) {
        case 0, 1, 2 -> add();
        case 3, 4, 5, 6 -> begin();
        case 7, 8, 9 -> end();
        case 10 -> cancel();
        case 11 -> expire();
        default -> promote();
      }
      if (call % BURST == 0) {
        checks.forEach(Runnable::run);
        checks.clear();
      }
    }
    checks.forEach(Runnable::run);
  }

  Map<TaskType, Map<TaskState, Long>> counts() {
    Map<TaskType, Map<TaskState, Long>> counts = new HashMap<>();
    for (Entry entry : entries) {
      counts
          .computeIfAbsent(entry.type, type -> new EnumMap<>(TaskState.class))
          .merge(entry.state, 1L, Long::sum);
    }
    return counts;
  }

  List<QueuedTask> queue(TaskType type) {
    return entries.stream()
        .filter(entry -> entry.state == TaskState.QUEUED && entry.type.equals(type))
        .sorted(Comparator.comparingLong(entry -> entry.order))
        .map(
            entry ->
                new QueuedTask(
                    entry.id,
                    entry.request,
                    entry.created,
                    entry.queuedAt,
                    entry.position,
                    entry.attempts,
                    entry.failures))
        .toList();
  }

  private void add() {
    TaskType type = random.nextBoolean() ? Sample.HASH : Sample.UPPER;
    Instant deadline =
        random.nextInt(3) == 0 ? sample.now().plusMillis(random.nextInt(20_000)) : null;
    TaskRequest request = Sample.request(type).with(TaskTerms.STANDARD.withDeadline(deadline));
    Entry entry = new Entry(sample.ids.next(), request, sample.now(), ++orders);
    entries.add(entry);
    CompletableFuture<QueuedTask> added = store.add(entry.id, request, entry.created);
    checks.add(() -> entry.position = Futures.get(added).position());
  }

  private void begin() {
    Entry entry = any(TaskState.QUEUED);
    int number = Math.max(1, entry.attempts + 1 + stale());
    boolean expected =
        entry.state == TaskState.QUEUED
            && number == entry.attempts + 1
            && !entry.isLate(sample.now());
    AttemptStart start = sample.start(new AttemptId(entry.id, number));
    if (expected) {
      entry.state = TaskState.RUNNING;
      entry.attempts++;
    }
    expect(store.begin(start), expected);
  }

  private void end() {
    Entry entry = any(TaskState.RUNNING);
    int number = Math.max(1, entry.attempts + stale());
    boolean expected = entry.state == TaskState.RUNNING && number == entry.attempts;
    AttemptEnd end = anyEnd(new AttemptId(entry.id, number));
    if (expected) {
      entry.state = end.next();
      if (end.next() == TaskState.QUEUED) {
        entry.queuedAt = end.at();
      }
      entry.readyAt = end.readyAt();
      entry.failures += end.outcome() instanceof Outcome.Failed && end.counted() ? 1 : 0;
    }
    expect(store.end(end), expected);
  }

  private void cancel() {
    Entry entry = any(CANCELLED_IN.get(random.nextInt(CANCELLED_IN.size())));
    Cancellation expected =
        switch (entry.state) {
          case SCHEDULED, QUEUED -> new Cancellation.WhileWaiting(entry.state, entry.type, null);
          case RUNNING -> null;
          case COMPLETED, DEAD, CANCELLED, EXPIRED -> new Cancellation.AlreadyEnded(entry.state);
        };
    if (!entry.state.ended()) {
      entry.state = TaskState.CANCELLED;
    }
    AttemptId attempt = new AttemptId(entry.id, Math.max(1, entry.attempts));
    CompletableFuture<Cancellation> cancelled = store.cancel(entry.id, sample.now());
    checks.add(
        () -> {
          Cancellation given = Futures.get(cancelled);
          if (expected != null) {
            assertThat(given).isEqualTo(expected);
          } else {
            assertThat(given).isInstanceOf(Cancellation.WhileRunning.class);
            assertThat(((Cancellation.WhileRunning) given).attempt().attempt()).isEqualTo(attempt);
          }
        });
  }

  private void promote() {
    Instant now = sample.now();
    List<Entry> due =
        entries.stream()
            .filter(entry -> entry.state == TaskState.SCHEDULED)
            .filter(entry -> entry.readyAt != null && !entry.readyAt.isAfter(now))
            .sorted(Comparator.comparing(entry -> String.valueOf(entry.readyAt)))
            .limit(3)
            .toList();
    due.forEach(
        entry -> {
          entry.state = TaskState.QUEUED;
          entry.queuedAt = Objects.requireNonNull(entry.readyAt);
          entry.order = ++orders;
        });
    CompletableFuture<List<QueuedTask>> promoted = store.promote(now, 3);
    checks.add(
        () -> {
          List<QueuedTask> given = Futures.get(promoted);
          assertThat(given)
              .extracting(QueuedTask::id)
              .isEqualTo(due.stream().map(entry -> entry.id).toList());
          for (int index = 0; index < due.size(); index++) {
            due.get(index).position = given.get(index).position();
          }
        });
  }

  private void expire() {
    Instant now = sample.now();
    List<Entry> due =
        entries.stream()
            .filter(entry -> entry.state == TaskState.SCHEDULED || entry.state == TaskState.QUEUED)
            .filter(entry -> entry.isLate(now))
            .sorted(Comparator.comparing(Entry::deadline))
            .limit(3)
            .toList();
    List<Expiry> expected =
        due.stream().map(entry -> new Expiry(entry.id, entry.type, entry.state, null)).toList();
    due.forEach(entry -> entry.state = TaskState.EXPIRED);
    CompletableFuture<List<Expiry>> expired = store.expire(now, 3);
    checks.add(() -> assertThat(Futures.get(expired)).isEqualTo(expected));
  }

  private AttemptEnd anyEnd(AttemptId attempt) {
    return switch (random.nextInt(6)) {
      case 0 -> sample.completed(attempt, "1");
      case 1 -> sample.failed(attempt, TaskState.DEAD, true);
      case 2 -> sample.failed(attempt, TaskState.EXPIRED, false);
      case 3 -> sample.failed(attempt, TaskState.QUEUED, random.nextBoolean());
      default -> sample.failed(attempt, TaskState.SCHEDULED, true);
    };
  }

  /** Mostly a task in that state, now and then any other. */
  private Entry any(TaskState wanted) {
    List<Entry> fitting = entries.stream().filter(entry -> entry.state == wanted).toList();
    if (entries.isEmpty()) {
      add();
    }
    List<Entry> from = fitting.isEmpty() || random.nextInt(5) == 0 ? entries : fitting;
    return from.get(random.nextInt(from.size()));
  }

  /** Mostly 0; else how far an attempt number is off. */
  private int stale() {
    return random.nextInt(6) == 0 ? random.nextInt(3) - 1 : 0;
  }

  private void expect(CompletableFuture<Boolean> given, boolean expected) {
    checks.add(() -> assertThat(Futures.get(given)).isEqualTo(expected));
  }
}
