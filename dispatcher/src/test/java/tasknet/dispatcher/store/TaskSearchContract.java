package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.testkit.Futures.get;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptId;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.Label;
import tasknet.task.Labels;
import tasknet.task.Outcome;
import tasknet.task.ScheduledTick;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/** What every {@link TaskStore} must find: the same as somebody who looks at each of the tasks. */
abstract class TaskSearchContract {
  private static final List<TaskType> TYPES = List.of(Sample.HASH, Sample.UPPER);
  private static final List<WorkerId> WORKERS =
      List.of(new WorkerId("worker-1"), new WorkerId("worker-2"), new WorkerId("worker-3"));
  private static final List<String> WORDS =
      List.of("Invoice", "Straße", "ÄPFEL", "100%", "a_b", "\\\\", "'quoted'", "größer");

  final Sample sample = new Sample();

  @SuppressWarnings("NullAway.Init")
  TaskStore store;

  /** A store of which one search looks at a few tasks only. */
  abstract TaskStore open(int looked);

  @BeforeEach
  void openStore() {
    store = open(7);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyFilterFindsWhatLookingAtEachTaskFinds(long seed) {
    Random random = new Random(seed);
    List<TaskStatus> all = new ArrayList<>();
    for (int number = 0; number < 300; number++) {
      sample.advance(Duration.ofMillis(random.nextInt(1000)));
      all.add(store.find(anyTask(random)).orElseThrow());
    }
    all.sort(Comparator.comparing(TaskStatus::id).reversed());

    int hits = 0;
    for (int number = 0; number < 300; number++) {
      TaskFilter filter = anyFilter(random);
      List<TaskId> expected =
          all.stream().filter(task -> fits(task, filter)).map(TaskStatus::id).toList();
      assertThat(pages(filter, 1 + random.nextInt(20)))
          .as("seed %d, %s", seed, filter)
          .isEqualTo(expected);
      assertThat(all.stream().filter(filter.matcher()).map(TaskStatus::id))
          .as("in memory, seed %d, %s", seed, filter)
          .isEqualTo(expected);
      hits += expected.isEmpty() ? 0 : 1;
    }
    assertThat(hits).as("filters that find anything").isGreaterThan(100);
  }

  @Test
  void aSearchStopsEarlyAndSaysWhereToGoOn() {
    TaskId sought = add(Sample.HASH, "\"needle\"");
    for (int number = 0; number < 20; number++) {
      add(Sample.HASH, "\"hay\"");
    }
    TaskFilter filter = TaskFilter.ALL.withText("NEEDLE");

    Found first = store.search(filter, 5);
    assertThat(first.tasks()).isEmpty();
    assertThat(first.looked()).isEqualTo(7);
    Found second = store.search(filter.after(first.next()), 5);
    Found third = store.search(filter.after(second.next()), 5);

    assertThat(third.tasks()).extracting(TaskStatus::id).containsExactly(sought);
    Found end = third.next() == null ? third : store.search(filter.after(third.next()), 5);
    assertThat(end.next()).isNull();
  }

  @Test
  void textIsFoundInLongPayloadsAndResults() {
    TaskId payload = add(Sample.HASH, '"' + "x".repeat(50_000) + "Nadel\"");
    QueuedTask task = get(store.add(sample.ids.next(), Sample.request(Sample.HASH), sample.now()));
    get(store.begin(sample.start(task.nextAttempt())));
    get(store.end(sample.completed(task.nextAttempt(), '"' + "y".repeat(50_000) + "NADEL\"")));

    assertThat(pages(TaskFilter.ALL.withText("nadel"), 3)).containsExactly(task.id(), payload);
  }

  @Test
  void aTaskIsFoundByItsId() {
    TaskId id = add(Sample.HASH, "1");
    add(Sample.HASH, "1");

    assertThat(pages(TaskFilter.ALL.withText(id.toString().toLowerCase(Locale.ROOT)), 3))
        .containsExactly(id);
  }

  @Test
  void timesAreThoseOfSubmissionFromTheFirstToBeforeTheLast() {
    List<TaskId> ids = new ArrayList<>();
    Instant start = sample.now();
    for (int second = 0; second < 5; second++) {
      ids.addFirst(add(Sample.HASH, "1"));
      sample.advance(Duration.ofSeconds(1));
    }

    TaskFilter middle = TaskFilter.ALL.between(start.plusSeconds(1), start.plusSeconds(3));
    assertThat(pages(middle, 9)).isEqualTo(ids.subList(2, 4));
    assertThat(pages(TaskFilter.ALL.between(start.plusSeconds(4), null), 9))
        .isEqualTo(ids.subList(0, 1));
    assertThat(pages(TaskFilter.ALL.between(null, start.plusMillis(1)), 9))
        .isEqualTo(ids.subList(4, 5));
  }

  @Test
  void aFilterMatchesInMemoryWhatTheStoreFinds() {
    TaskTerms ticked = TaskTerms.STANDARD.withSchedule(new ScheduledTick("nightly", sample.now()));
    List<TaskStatus> all = new ArrayList<>();
    for (int number = 0; number < 12; number++) {
      TaskRequest request =
          Sample.request(Sample.HASH).with(number % 2 == 0 ? ticked : TaskTerms.STANDARD);
      QueuedTask task = get(store.add(sample.ids.next(), request, sample.now()));
      get(store.begin(sample.start(task.nextAttempt())));
      get(
          store.end(
              number % 3 == 0
                  ? sample.failed(task.nextAttempt(), TaskState.DEAD, true)
                  : sample.completed(task.nextAttempt(), "1")));
      all.addFirst(store.find(task.id()).orElseThrow());
      sample.advance(Duration.ofNanos(400_000));
    }
    Fingerprint fingerprint = Fingerprint.of(Sample.HASH, Sample.BROKEN);
    Instant middle = Instant.ofEpochMilli(all.get(6).id().epochMillis());
    TaskFilter dead = TaskFilter.ALL.withFingerprint(fingerprint);

    finds(4, dead, all);
    finds(6, TaskFilter.ALL.withSchedule("nightly"), all);
    finds(2, dead.withSchedule("nightly"), all);
    finds(0, TaskFilter.ALL.withSchedule("night"), all);
    finds(5, TaskFilter.ALL.after(all.get(6).id()), all);
    finds(1, dead.after(all.get(6).id()).withSchedule("nightly"), all);
    for (long nanos : List.of(-1_000_000L, -1L, 0L, 1L, 999_999L, 1_000_000L)) {
      Instant bound = middle.plusNanos(nanos);
      for (TaskFilter filter :
          List.of(
              TaskFilter.ALL.between(bound, null),
              TaskFilter.ALL.between(null, bound),
              TaskFilter.ALL.between(bound, bound.plusMillis(1)).after(all.get(6).id()))) {
        finds(pages(filter, 3).size(), filter, all);
      }
    }
  }

  private void finds(int number, TaskFilter filter, List<TaskStatus> all) {
    List<TaskId> found = pages(filter, 3);
    assertThat(found).as("%s", filter).hasSize(number);
    assertThat(all.stream().filter(filter.matcher()).map(TaskStatus::id))
        .as("%s", filter)
        .isEqualTo(found);
  }

  private TaskId add(TaskType type, String payload) {
    TaskId id = sample.ids.next();
    get(store.add(id, Sample.request(type, payload), sample.now()));
    return id;
  }

  private TaskId anyTask(Random random) {
    TaskId id = sample.ids.next();
    Map<String, String> labels = new TreeMap<>();
    if (random.nextBoolean()) {
      labels.put("customer", "c" + random.nextInt(4));
    }
    if (random.nextInt(3) == 0) {
      labels.put("note", any(WORDS, random).replace("\\", "/"));
    }
    String payload = '"' + any(WORDS, random) + '"';
    TaskRequest request =
        Sample.request(any(TYPES, random), payload)
            .with(TaskTerms.STANDARD.withLabels(new Labels(labels)));
    if (random.nextInt(5) == 0) {
      get(store.adopt(List.of(completed(id, request, random))));
      return id;
    }
    get(store.add(id, request, sample.now()));
    int number = 1;
    while (number < 4 && random.nextInt(4) > 0) {
      WorkerId worker = any(WORKERS, random);
      AttemptId attempt = new AttemptId(id, number++);
      get(store.begin(new AttemptStart(attempt, worker, "10.0.0.7", 6000, 1L, sample.now())));
      TaskState next =
          List.of(
                  TaskState.COMPLETED,
                  TaskState.DEAD,
                  TaskState.EXPIRED,
                  TaskState.SCHEDULED,
                  TaskState.QUEUED,
                  TaskState.RUNNING,
                  TaskState.CANCELLED)
              .get(random.nextInt(7));
      if (next == TaskState.RUNNING) {
        break;
      }
      if (next == TaskState.CANCELLED) {
        get(store.cancel(id, sample.now()));
        break;
      }
      String text = any(WORDS, random);
      Outcome outcome =
          next == TaskState.COMPLETED
              ? new Outcome.Completed(new JsonText('"' + text + '"'))
              : new Outcome.Failed(new TaskError("broken", text, true));
      Instant readyAt = next == TaskState.SCHEDULED ? sample.now().plusSeconds(60) : null;
      get(store.end(new AttemptEnd(attempt, sample.now(), outcome, next, readyAt, true)));
      if (next != TaskState.QUEUED) {
        break;
      }
    }
    return id;
  }

  /** One that was completed before the store has it. */
  private HeldTask completed(TaskId id, TaskRequest request, Random random) {
    QueuedTask task = new QueuedTask(id, request, sample.now(), 0, 0, 0);
    AttemptId attempt = task.nextAttempt();
    return new HeldTask(
        task,
        new AttemptStart(attempt, any(WORKERS, random), "10.0.0.7", 6000, 1L, sample.now()),
        sample.completed(attempt, '"' + any(WORDS, random) + '"'));
  }

  private TaskFilter anyFilter(Random random) {
    Set<TaskState> states = EnumSet.noneOf(TaskState.class);
    for (int number = random.nextInt(4); number > 0; number--) {
      states.add(any(List.of(TaskState.values()), random));
    }
    List<Label> labels = new ArrayList<>();
    if (random.nextInt(4) == 0) {
      labels.add(new Label("customer", "c" + random.nextInt(4)));
    }
    if (random.nextInt(8) == 0) {
      labels.add(new Label("note", "Invoice"));
    }
    String word = any(WORDS, random);
    Instant from = sample.now().minusSeconds(random.nextInt(150));
    return new TaskFilter(
        states,
        random.nextInt(3) == 0 ? any(TYPES, random) : null,
        labels,
        random.nextInt(3) == 0 ? any(WORKERS, random) : null,
        random.nextInt(3) > 0 ? null : random.nextBoolean() ? word : word.toUpperCase(Locale.ROOT),
        random.nextInt(3) == 0 ? from : null,
        random.nextInt(3) == 0 ? from.plusSeconds(1 + random.nextInt(100)) : null,
        null,
        null,
        null);
  }

  private static boolean fits(TaskStatus task, TaskFilter filter) {
    Map<String, String> labels = task.labels() == null ? Map.of() : task.labels();
    Instant submitted = Instant.ofEpochMilli(task.id().epochMillis());
    return (filter.states().isEmpty() || filter.states().contains(task.state()))
        && (filter.type() == null || filter.type().equals(task.type()))
        && filter.labels().stream().allMatch(label -> label.value().equals(labels.get(label.key())))
        && (filter.worker() == null || ranOn(task, filter.worker()))
        && (filter.text() == null || contains(task, filter.text()))
        && isFrom(submitted, filter.from())
        && (filter.to() == null || submitted.isBefore(filter.to()));
  }

  private static boolean isFrom(Instant submitted, @Nullable Instant from) {
    return from == null || !submitted.isBefore(from);
  }

  private static boolean ranOn(TaskStatus task, WorkerId worker) {
    return task.attempts().stream().anyMatch(attempt -> attempt.worker().equals(worker.name()));
  }

  private static boolean contains(TaskStatus task, String text) {
    String values = task.labels() == null ? "" : String.join("\n", task.labels().values());
    String error = task.error() == null ? "" : task.error().message();
    String texts = task.id() + "\n" + task.payload() + '\n' + task.result() + '\n' + error;
    return (texts + '\n' + values).toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
  }

  private List<TaskId> pages(TaskFilter filter, int limit) {
    List<TaskId> all = new ArrayList<>();
    TaskFilter rest = filter;
    while (true) {
      Found found = store.search(rest, limit);
      assertThat(found.tasks()).hasSizeLessThanOrEqualTo(limit);
      assertThat(found.looked()).isLessThanOrEqualTo(7);
      found.tasks().forEach(task -> all.add(task.id()));
      if (found.next() == null) {
        return all;
      }
      rest = filter.after(found.next());
    }
  }

  private static <T> T any(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }
}
