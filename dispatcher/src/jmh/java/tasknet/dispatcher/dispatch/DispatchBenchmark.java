package tasknet.dispatcher.dispatch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.slf4j.helpers.NOPLogger;
import tasknet.dispatcher.store.EventSink;
import tasknet.dispatcher.store.SqliteTaskStore;
import tasknet.dispatcher.task.TypeRules;
import tasknet.dispatcher.unstored.MemoryFirstStore;
import tasknet.dispatcher.wal.FileTaskLog;
import tasknet.runtime.EventLoop;
import tasknet.runtime.NanoClock;
import tasknet.task.JsonText;
import tasknet.task.TaskEvent;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/**
 * What the dispatch loop does for a task that is not durable, from its submission to its end: with
 * messages written and read, without a socket, with few and with many workers registered.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DispatchBenchmark {
  /** Fewer than the slots of the fewest workers, so that none waits for another to end. */
  private static final int UNDER_WAY = 32;

  private static final TaskType TYPE = new TaskType("reverse");
  private static final TaskRequest REQUEST =
      TaskRequest.of(TYPE, new JsonText('"' + "x".repeat(33) + '"'))
          .with(TaskTerms.STANDARD.withDurable(false));

  @Param({"10", "100", "1000"})
  private int registered;

  private final TaskIds ids = new TaskIds(Instant::now, new Random(1));
  private Path folder;
  private MemoryFirstStore store;
  private DispatchLoop loop;
  private EventLoop turns;
  private long completed;

  @Setup
  public void start() throws IOException {
    folder = Files.createTempDirectory("tasknet-jmh-");
    SqliteTaskStore file =
        new SqliteTaskStore(
            new SqliteTaskStore.Options(folder, SqliteTaskStore.Options.DEFAULT_MAX_BYTES),
            NOPLogger.NOP_LOGGER);
    file.start();
    EventSink ends = this::count;
    store =
        new MemoryFirstStore(
            file,
            new FileTaskLog(
                FileTaskLog.Options.standard(folder), NanoClock.SYSTEM, NOPLogger.NOP_LOGGER),
            ends,
            MemoryFirstStore.Bounds.standard(),
            Runnable::run,
            NOPLogger.NOP_LOGGER);
    store.start().join();
    ImmediateWorkers workers = new ImmediateWorkers(registered, TYPE);
    LoopByHand byHand =
        new LoopByHand(
            store,
            workers,
            1,
            DispatchSettings.DEFAULT,
            TypeRules.NONE,
            Runnable::run,
            InstantSource.system(),
            System::nanoTime,
            new Random(1),
            NOPLogger.NOP_LOGGER);
    turns = byHand.start();
    loop = byHand.loop();
    loop.workersChanged(workers.list());
  }

  @TearDown
  public void stop() throws IOException {
    loop.close();
    store.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Many at a time: with few workers several of them share a datagram, with many none does. */
  @Benchmark
  @OperationsPerInvocation(UNDER_WAY)
  public long dispatch() {
    return dispatch(UNDER_WAY);
  }

  /** One at a time, so that each is a datagram of its own whatever the number of workers is. */
  @Benchmark
  public long dispatchOne() {
    return dispatch(1);
  }

  private long dispatch(int tasks) {
    long wanted = completed + tasks;
    for (int task = 0; task < tasks; task++) {
      var _ = loop.submit(ids.next(), REQUEST);
    }
    while (completed < wanted) {
      turns.turn();
    }
    return completed;
  }

  private long count(List<TaskEvent> events) {
    for (TaskEvent event : events) {
      if (event.state() == TaskState.COMPLETED) {
        completed++;
      }
    }
    return 0;
  }
}
