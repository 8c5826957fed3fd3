package tasknet.dispatcher.retention;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.slf4j.helpers.NOPLogger;
import tasknet.dispatcher.retention.Removals.Reason;
import tasknet.dispatcher.store.SqliteTaskStore;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.TypeRules;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Keep;
import tasknet.task.KeepFields;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * Measures what cleaning costs those who wait for the store: {@code RetentionBench FOLDER [OLD]
 * [IN_FLIGHT] [ROUNDS]}. Some callers add, begin and end one task after the other, in windows with
 * and without cleaning in turns. Not a test; run it by hand on the disk that matters, with the test
 * class path.
 */
final class RetentionBench {
  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final JsonText TEXT = new JsonText('"' + "x".repeat(100) + '"');
  private static final KeepFields SHORT =
      new KeepFields(new Keep(Keep.LEAST), Keep.FOREVER, Keep.FOREVER, Keep.FOREVER);

  private final SqliteTaskStore store;
  private final TaskIds ids = new TaskIds(Instant::now, new Random());
  private final int inFlight;

  private RetentionBench(SqliteTaskStore store, int inFlight) {
    this.store = store;
    this.inFlight = inFlight;
  }

  /** Prints a line for each window, and the medians of all but the first of each kind. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "bench");
    int old = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 300_000;
    int inFlight = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 64;
    int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 21;
    SqliteTaskStore.Options options =
        new SqliteTaskStore.Options(folder, SqliteTaskStore.Options.DEFAULT_MAX_BYTES);
    try (SqliteTaskStore store = new SqliteTaskStore(options, NOPLogger.NOP_LOGGER)) {
      store.start();
      RetentionBench bench = new RetentionBench(store, inFlight);
      bench.fill(old);
      bench.compare(rounds);
    }
  }

  private void fill(int tasks) throws InterruptedException {
    Semaphore slots = new Semaphore(4096);
    Instant longAgo = Instant.now().minus(Duration.ofDays(1));
    for (int number = 0; number < tasks; number++) {
      slots.acquire();
      var _ = cycle(longAgo).whenComplete((done, failure) -> slots.release());
    }
    slots.acquire(4096);
  }

  private void compare(int rounds) throws InterruptedException {
    List<long[]> without = new ArrayList<>();
    List<long[]> with = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      without.add(window(false));
      with.add(window(true));
    }
    for (int part : new int[] {50, 99}) {
      double[] ratios = new double[rounds - 1];
      for (int round = 1; round < rounds; round++) {
        ratios[round - 1] = part(with.get(round), part) / part(without.get(round), part);
      }
      System.out.printf(
          "p%d: %.2f ms without, %.2f ms with cleaning; median of the rounds' ratios %.2f%n",
          part,
          medianOf(without.subList(1, rounds), part),
          medianOf(with.subList(1, rounds), part),
          median(ratios));
    }
    double[] speeds = new double[rounds - 1];
    for (int round = 1; round < rounds; round++) {
      speeds[round - 1] = with.get(round).length / (double) without.get(round).length;
    }
    System.out.printf("tasks a second: median of the rounds' ratios %.2f%n", median(speeds));
  }

  private long[] window(boolean clean) throws InterruptedException {
    ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
    Retention retention =
        new Retention(
            store.ended(),
            new KeepRules(TypeRules.NONE, SHORT),
            Instant::now,
            System::nanoTime,
            NOPLogger.NOP_LOGGER);
    if (clean) {
      retention.start();
    }
    long end = System.nanoTime() + WINDOW.toNanos();
    Semaphore slots = new Semaphore(inFlight);
    while (System.nanoTime() < end) {
      slots.acquire();
      long start = System.nanoTime();
      var _ =
          cycle(Instant.now())
              .whenComplete(
                  (done, failure) -> {
                    times.add(System.nanoTime() - start);
                    slots.release();
                  });
    }
    slots.acquire(inFlight);
    retention.close();
    long removed = retention.removals().of(Reason.AGE);
    long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        "%s: %d/s, p50 %.2f ms, p99 %.2f ms, %d removed a second%n",
        clean ? "cleaning" : "quiet",
        sorted.length / WINDOW.toSeconds(),
        part(sorted, 50),
        part(sorted, 99),
        removed / WINDOW.toSeconds());
    return sorted;
  }

  private static double medianOf(List<long[]> windows, int part) {
    return median(windows.stream().mapToDouble(each -> part(each, part)).toArray());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** In milliseconds. */
  private static double part(long[] sorted, int percent) {
    return sorted[(int) (sorted.length * (long) percent / 100)] / 1e6;
  }

  /** Each call waits for the commit of the one before. */
  private CompletableFuture<Boolean> cycle(Instant at) {
    TaskId id = ids.next();
    AttemptStart start =
        new AttemptStart(new AttemptId(id, 1), new WorkerId("w"), "172.18.0.5", 6000, 1L, at);
    AttemptEnd end =
        new AttemptEnd(
            start.attempt(), at, new Outcome.Completed(TEXT), TaskState.COMPLETED, null, false);
    return store
        .add(id, TaskRequest.of(new TaskType("bench"), TEXT), at)
        .thenCompose(task -> store.begin(start))
        .thenCompose(begun -> store.end(end));
  }
}
