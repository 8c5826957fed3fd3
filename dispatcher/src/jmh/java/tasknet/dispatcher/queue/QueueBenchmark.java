package tasknet.dispatcher.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.JsonText;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;

/** What it costs to queue a task and to take the next one, however many wait. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QueueBenchmark {
  @Param({"0", "1000", "1000000"})
  private int waiting;

  private final ReadyQueue queue = new ReadyQueue(false);
  private final List<QueuedTask> store = new ArrayList<>(); // what the queue does not hold itself
  private TaskRequest request;
  private TaskIds ids;
  private long position;
  private long read;

  @Setup
  public void fill() {
    request = TaskRequest.of(new TaskType("reverse"), new JsonText("\"" + "x".repeat(33) + "\""));
    ids = new TaskIds(Instant::now, new Random(1));
    for (int task = 0; task < waiting; task++) {
      offer();
    }
  }

  @Benchmark
  public QueuedTask offerAndPoll() {
    offer();
    QueuedTask next = queue.poll();
    Long after = queue.wantsPage();
    if (after != null) {
      page(after);
    }
    return next;
  }

  private void offer() {
    QueuedTask task = new QueuedTask(ids.next(), request, Instant.EPOCH, ++position, 0, 0);
    queue.offer(task);
  }

  /** As the store does it: what comes after that position. */
  private void page(long after) {
    store.clear();
    for (read = after + 1; read <= position && store.size() < ReadyQueue.PAGE; read++) {
      store.add(new QueuedTask(ids.next(), request, Instant.EPOCH, read, 0, 0));
    }
    queue.page(store);
  }
}
