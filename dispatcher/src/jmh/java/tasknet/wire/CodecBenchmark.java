package tasknet.wire;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskType;

/** What a message costs to write and to read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  @Param({"33", "800"})
  private int payload;

  private Message execute;
  private Message result;
  private byte[] executeBytes;
  private byte[] resultBytes;

  @Setup
  public void messages() {
    AttemptId attempt = new AttemptId(TaskId.parse("01M84YTQPNFRRM8DABDRPEQ135"), 1);
    JsonText text = new JsonText('"' + "x".repeat(payload) + '"');
    execute =
        new Message.Execute(
            attempt,
            new TaskType("reverse"),
            Duration.ofSeconds(30),
            new Payload.Inline(text),
            1_764_000_000_000L);
    result = new Message.Result(attempt, new Outcome.Completed(text), 7);
    executeBytes = MessageCodec.encode(execute);
    resultBytes = MessageCodec.encode(result);
  }

  @Benchmark
  public byte[] encodeExecute() {
    return MessageCodec.encode(execute);
  }

  @Benchmark
  public Object decodeExecute() {
    return MessageCodec.decode(executeBytes, 0, executeBytes.length);
  }

  @Benchmark
  public byte[] encodeResult() {
    return MessageCodec.encode(result);
  }

  @Benchmark
  public Object decodeResult() {
    return MessageCodec.decode(resultBytes, 0, resultBytes.length);
  }
}
