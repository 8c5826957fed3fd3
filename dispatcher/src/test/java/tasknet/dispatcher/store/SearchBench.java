package tasknet.dispatcher.store;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Label;
import tasknet.task.Labels;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;
import tasknet.testkit.TestClock;

/**
 * Measures listings of many tasks: {@code SearchBench FOLDER [TASKS]}. Fills the store in the
 * folder when there is none. Not a test; run it by hand, with the test class path.
 */
final class SearchBench {
  private static final int PAGE = 100;
  private static final int ROUNDS = 101;
  private static final int IN_FLIGHT = 4096;
  private static final Duration BETWEEN = Duration.ofMillis(100);

  private final SqliteTaskStore store;
  private final TestClock clock = new TestClock();
  private final Random random = new Random(11);

  private SearchBench(SqliteTaskStore store) {
    this.store = store;
  }

  /** Prints medians: each round asks for the first page and for the thousandth in turns. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int tasks = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
    try (SqliteTaskStore store = SqliteStores.open(folder)) {
      SearchBench bench = new SearchBench(store);
      if (store.counts().isEmpty()) {
        bench.fill(tasks);
      }
      StoreRoom room = store.ended().room();
      System.out.printf(
          "%d tasks, %.0f MB, %d bytes each%n", tasks, room.used() / 1e6, room.used() / tasks);
      bench.pages(tasks);
      bench.searches();
    }
  }

  private void fill(int tasks) throws InterruptedException {
    TaskIds ids = new TaskIds(clock, random);
    Semaphore slots = new Semaphore(IN_FLIGHT);
    for (int number = 0; number < tasks; number++) {
      clock.advance(BETWEEN);
      slots.acquire();
      var _ = oneTask(ids.next(), number).whenComplete((done, failure) -> slots.release());
    }
    slots.acquire(IN_FLIGHT);
    store.ended().checkpoint();
  }

  /** Half of them hash; 94 of 100 completed, 2 dead, 1 of each other state. */
  private CompletableFuture<?> oneTask(TaskId id, int number) {
    TaskType type = new TaskType(number % 2 == 0 ? "hash" : "type" + random.nextInt(9));
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("customer", String.valueOf(random.nextInt(1000)));
    labels.put("env", random.nextInt(2) == 0 ? "live" : "test");
    String word = number % 1000 == 0 ? "needle" : "hay";
    JsonText payload =
        new JsonText("{\"order\":" + number + ",\"note\":\"" + word + "x".repeat(60) + "\"}");
    int way = random.nextInt(100);
    Instant later = clock.instant().plus(Duration.ofDays(1));
    TaskTerms terms = TaskTerms.STANDARD.withLabels(new Labels(labels));
    TaskRequest request =
        TaskRequest.of(type, payload).with(way == 0 ? terms.withRunAt(later) : terms);
    CompletableFuture<?> added = store.add(id, request, clock.instant());
    if (way <= 1) {
      return added;
    }
    String worker = number % 50_000 == 0 ? "rare" : "worker-" + random.nextInt(20);
    AttemptStart start =
        new AttemptStart(
            new AttemptId(id, 1), new WorkerId(worker), "172.18.0.5", 6000, 1L, clock.instant());
    CompletableFuture<Boolean> begun = store.begin(start);
    return switch (way) {
      case 2 -> begun;
      case 3 -> store.cancel(id, clock.instant());
      case 4 -> end(start, TaskState.EXPIRED);
      case 5, 6 -> end(start, TaskState.DEAD);
      default -> end(start, TaskState.COMPLETED);
    };
  }

  private CompletableFuture<Boolean> end(AttemptStart start, TaskState state) {
    Outcome outcome =
        state == TaskState.COMPLETED
            ? new Outcome.Completed(new JsonText("\"" + "r".repeat(64) + "\""))
            : new Outcome.Failed(new TaskError("handler-failed", "It broke.", false));
    return store.end(new AttemptEnd(start.attempt(), clock.instant(), outcome, state, null, true));
  }

  private void pages(int tasks) {
    TaskFilter all = TaskFilter.ALL;
    TaskType hash = new TaskType("hash");
    Instant start =
        Instant.ofEpochMilli(store.list(all, 1).getFirst().id().epochMillis())
            .minus(BETWEEN.multipliedBy(tasks));
    Map<String, TaskFilter> filters = new LinkedHashMap<>();
    filters.put("no filter", all);
    filters.put("type", new TaskFilter(null, hash, null));
    filters.put("state COMPLETED", new TaskFilter(TaskState.COMPLETED, null, null));
    filters.put("type and state", new TaskFilter(TaskState.COMPLETED, hash, null));
    filters.put("label", new TaskFilter(null, null, null, List.of(new Label("env", "live"))));
    filters.put(
        "label and state",
        new TaskFilter(TaskState.COMPLETED, null, null, List.of(new Label("env", "live"))));
    filters.put(
        "from, to",
        all.between(
            start.plus(BETWEEN.multipliedBy(tasks / 4)),
            start.plus(BETWEEN.multipliedBy(tasks / 4 * 3L))));
    filters.forEach(this::firstAndThousandth);
    time(
        "states DEAD, EXPIRED, first page",
        new TaskFilter(null, null, null).withStates(Set.of(TaskState.DEAD, TaskState.EXPIRED)));
    time("state QUEUED, first page", new TaskFilter(TaskState.QUEUED, null, null));
    time(
        "one customer of 1000, first page",
        new TaskFilter(null, null, null, List.of(new Label("customer", "7"))));
  }

  private void firstAndThousandth(String what, TaskFilter filter) {
    TaskId last = null;
    for (int page = 1; page < 1000; page += 37) {
      last = store.list(filter.after(last), 37 * PAGE).getLast().id();
    }
    TaskFilter thousandth = filter.after(last);
    long[] firsts = new long[ROUNDS];
    long[] thousandths = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      firsts[round] = nanos(filter);
      thousandths[round] = nanos(thousandth);
    }
    System.out.printf(
        "%s: first page %.2f ms, thousandth %.2f ms%n", what, median(firsts), median(thousandths));
  }

  private void time(String what, TaskFilter filter) {
    long[] times = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      times[round] = nanos(filter);
    }
    System.out.printf("%s: %.2f ms%n", what, median(times));
  }

  private void searches() {
    search("text in 1 of 1000 payloads", TaskFilter.ALL.withText("NEEDLE"));
    search("text in none", TaskFilter.ALL.withText("absent"));
    search("worker with 1 of 20 tasks", TaskFilter.ALL.withWorker(new WorkerId("worker-7")));
    search("worker with 1 of 50000 tasks", TaskFilter.ALL.withWorker(new WorkerId("rare")));
  }

  /** The first 100 of them, in as many requests as that takes. */
  private void search(String what, TaskFilter filter) {
    List<Long> times = new ArrayList<>();
    int found = 0;
    @Nullable TaskId next = null;
    do {
      long start = System.nanoTime();
      Found page = store.search(filter.after(next), PAGE - found);
      times.add(System.nanoTime() - start);
      found += page.tasks().size();
      next = page.next();
    } while (next != null && found < PAGE);
    long[] each = times.stream().mapToLong(Long::longValue).toArray();
    System.out.printf(
        "%s: %d found in %d requests, %.0f ms each, %.1f s in all%n",
        what, found, each.length, median(each), Arrays.stream(each).sum() / 1e9);
  }

  private long nanos(TaskFilter filter) {
    long start = System.nanoTime();
    int found = store.search(filter, PAGE).tasks().size();
    if (found != PAGE) {
      throw new IllegalStateException(filter + " has " + found);
    }
    return System.nanoTime() - start;
  }

  /** In milliseconds. */
  private static double median(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2] / 1e6;
  }
}
