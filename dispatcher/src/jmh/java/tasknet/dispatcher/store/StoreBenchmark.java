package tasknet.dispatcher.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
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
import tasknet.task.TaskType;

/** What a task costs in the store, on the disk of {@code java.io.tmpdir}, syncs included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StoreBenchmark {
  private static final int TASKS = 1024;
  private static final JsonText TEXT = new JsonText('"' + "x".repeat(33) + '"');
  private static final TaskRequest REQUEST = TaskRequest.of(new TaskType("reverse"), TEXT);
  private static final WorkerId WORKER = new WorkerId("worker-1");

  private final TaskIds ids = new TaskIds(Instant::now, new Random(1));
  private Path folder;
  private SqliteTaskStore store;

  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory("tasknet-jmh-");
    store = SqliteStores.open(folder);
  }

  @TearDown
  public void close() throws IOException {
    store.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** One that waits for its commit before the next. */
  @Benchmark
  public QueuedTask addAlone() {
    return add().join();
  }

  /** Many that share commits. */
  @Benchmark
  @OperationsPerInvocation(TASKS)
  public void addTogether() {
    all(this::add);
  }

  /** Many from their submission to their result. */
  @Benchmark
  @OperationsPerInvocation(TASKS)
  public void wholeTasksTogether() {
    all(() -> add().thenCompose(this::run));
  }

  /** Completed ones that were in the log until then. */
  @Benchmark
  @OperationsPerInvocation(TASKS)
  public void adoptTogether() {
    List<HeldTask> tasks = new ArrayList<>(TASKS);
    for (int task = 0; task < TASKS; task++) {
      tasks.add(completed());
    }
    HeldTask.inParts(tasks).forEach(part -> store.adopt(part).join());
  }

  private interface Call {
    CompletableFuture<?> make();
  }

  private static void all(Call call) {
    List<CompletableFuture<?>> calls = new ArrayList<>(TASKS);
    for (int task = 0; task < TASKS; task++) {
      calls.add(call.make());
    }
    calls.forEach(CompletableFuture::join);
  }

  private CompletableFuture<QueuedTask> add() {
    return store.add(ids.next(), REQUEST, Instant.now());
  }

  private CompletableFuture<?> run(QueuedTask task) {
    Instant now = Instant.now();
    return store
        .begin(start(task, now))
        .thenCompose(_ -> store.end(end(task, now.plus(Duration.ofMillis(1)))));
  }

  private HeldTask completed() {
    Instant now = Instant.now();
    QueuedTask task = new QueuedTask(ids.next(), REQUEST, now, 0, 0, 0);
    return new HeldTask(task, start(task, now), end(task, now.plus(Duration.ofMillis(1))));
  }

  private static AttemptStart start(QueuedTask task, Instant at) {
    return new AttemptStart(task.nextAttempt(), WORKER, "172.18.0.5", 6000, 1L, at);
  }

  private static AttemptEnd end(QueuedTask task, Instant at) {
    return new AttemptEnd(
        task.nextAttempt(), at, new Outcome.Completed(TEXT), TaskState.COMPLETED, null, false);
  }
}
