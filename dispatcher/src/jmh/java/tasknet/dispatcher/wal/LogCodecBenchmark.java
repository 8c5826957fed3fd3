package tasknet.dispatcher.wal;

import java.time.Instant;
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
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/** What a record costs to write, in a frame of its own and without the disk, and to read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LogCodecBenchmark {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456Z");

  private final ByteWriter out = new ByteWriter();
  private final ByteWriter written = new ByteWriter();
  private final Frames frames = new Frames(1);

  @Param({"33", "800"})
  private int payload;

  private LogRecord added;
  private LogRecord completed;

  @Setup
  public void records() {
    TaskId id = TaskId.parse("01M84YTQPNFRRM8DABDRPEQ135");
    JsonText text = new JsonText('"' + "x".repeat(payload) + '"');
    TaskRequest request =
        TaskRequest.of(new TaskType("reverse"), text).with(TaskTerms.STANDARD.withDurable(false));
    QueuedTask task = new QueuedTask(id, request, NOW, NOW, 4711, 0, 0, true);
    added = new LogRecord.Added(task);
    completed = new LogRecord.Completed(task.nextAttempt(), NOW, text);
    LogCodec.write(added, written);
  }

  @Benchmark
  public int writeAdded() {
    return write(added);
  }

  @Benchmark
  public int writeCompleted() {
    return write(completed);
  }

  @Benchmark
  public LogRecord readAdded() {
    return LogCodec.read(new ByteReader(written.bytes(), 0, written.size()));
  }

  private int write(LogRecord entry) {
    out.clear();
    frames.begin(out, 0);
    LogCodec.write(entry, out);
    frames.end(out, 0, Frames.HEADER_BYTES);
    return out.size();
  }
}
