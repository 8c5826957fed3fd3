package tasknet.dispatcher.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.registry.WorkerId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/**
 * Measures the store: {@code StoreBench FOLDER [TASKS] [IN_FLIGHT]}. Not a test; run it by hand on
 * the disk that matters, with the test class path.
 */
final class StoreBench {
  private static final TaskType TYPE = new TaskType("bench");
  private static final int ADOPTED_AT_ONCE = 512;
  private static final JsonText TEXT = new JsonText('"' + "x".repeat(100) + '"');

  private final SqliteTaskStore store;
  private final TaskIds ids = new TaskIds(Instant::now, new Random());
  private final int inFlight;

  private StoreBench(SqliteTaskStore store, int inFlight) {
    this.store = store;
    this.inFlight = inFlight;
  }

  /** Runs each measurement twice: the first one warms up. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "bench");
    int tasks = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 300_000;
    int inFlight = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 4096;
    try (SqliteTaskStore store = SqliteStores.open(folder)) {
      StoreBench bench = new StoreBench(store, inFlight);
      for (int round = 0; round < 2; round++) {
        bench.measure("cycles", tasks, 1, bench::cycle);
        bench.measure("adoptions", tasks, ADOPTED_AT_ONCE, bench::adopt);
        bench.measure("adds", tasks, 1, () -> bench.add().thenApply(task -> true));
        bench.one();
        bench.reads();
      }
      System.out.println(store.stats());
    }
  }

  private interface Call {
    CompletableFuture<Boolean> make();
  }

  /**
   * @param each how many tasks a call is about
   */
  private void measure(String what, int tasks, int each, Call call) throws InterruptedException {
    int calls = tasks / each;
    int callsInFlight = Math.max(1, inFlight / each);
    StoreStats before = store.stats();
    Semaphore slots = new Semaphore(callsInFlight);
    Duration cpu = cpu();
    long start = System.nanoTime();
    for (int number = 0; number < calls; number++) {
      slots.acquire();
      var _ = call.make().whenComplete((yes, failure) -> slots.release());
    }
    slots.acquire(callsInFlight);
    double seconds = (System.nanoTime() - start) / 1e9;
    StoreStats after = store.stats();
    System.out.printf(
        "%s: %.0f/s, %.1f µs of CPU each, %.0f operations a commit%n",
        what,
        calls * each / seconds,
        cpu().minus(cpu).toNanos() / 1e3 / (calls * each),
        (after.operations() - before.operations()) / (double) (after.commits() - before.commits()));
  }

  /** What the process used so far, in all threads; steadier than time on a busy machine. */
  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** One caller alone, who waits for each commit. */
  private void one() {
    int calls = 500;
    long start = System.nanoTime();
    for (int number = 0; number < calls; number++) {
      add().join();
    }
    System.out.printf("add alone: %.0f µs%n", (System.nanoTime() - start) / 1e3 / calls);
  }

  private void reads() {
    QueuedTask task = add().join();
    time("find", () -> store.find(task.id()));
    time("counts", store::counts);
    time("list all, 50", () -> store.list(TaskFilter.ALL, 50));
    for (TaskState state : TaskState.values()) {
      time("list " + state + ", 50", () -> store.list(new TaskFilter(state, null, null), 50));
    }
    time(
        "queued, 500",
        () -> store.queued(TYPE, TaskTerms.DEFAULT_PRIORITY, 0, 500, Long.MAX_VALUE).join());
  }

  private static void time(String what, Runnable work) {
    int calls = 50;
    long start = System.nanoTime();
    for (int number = 0; number < calls; number++) {
      work.run();
    }
    System.out.printf("%s: %.0f µs%n", what, (System.nanoTime() - start) / 1e3 / calls);
  }

  private CompletableFuture<QueuedTask> add() {
    TaskRequest request = TaskRequest.of(TYPE, TEXT);
    return store.add(ids.next(), request, Instant.now());
  }

  private CompletableFuture<Boolean> cycle() {
    return add().thenCompose(this::run);
  }

  /** Tasks that were completed elsewhere. */
  private CompletableFuture<Boolean> adopt() {
    List<HeldTask> held = new ArrayList<>(ADOPTED_AT_ONCE);
    for (int number = 0; number < ADOPTED_AT_ONCE; number++) {
      QueuedTask task =
          new QueuedTask(ids.next(), TaskRequest.of(TYPE, TEXT), Instant.now(), 0, 0, 0);
      held.add(new HeldTask(task, start(task), end(task)));
    }
    return store.adopt(held).thenApply(added -> added == ADOPTED_AT_ONCE);
  }

  private CompletableFuture<Boolean> run(QueuedTask task) {
    return store.begin(start(task)).thenCompose(_ -> store.end(end(task)));
  }

  private static AttemptStart start(QueuedTask task) {
    return new AttemptStart(
        task.nextAttempt(), new WorkerId("worker-1"), "172.18.0.5", 6000, 1L, Instant.now());
  }

  private static AttemptEnd end(QueuedTask task) {
    return new AttemptEnd(
        task.nextAttempt(),
        Instant.now().plus(Duration.ofMillis(1)),
        new Outcome.Completed(TEXT),
        TaskState.COMPLETED,
        null,
        false);
  }
}
