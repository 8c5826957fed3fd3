package tasknet.dispatcher.api;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import tasknet.http.Json;
import tasknet.http.StreamAnswer;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tools.jackson.databind.ObjectReader;

/**
 * What it costs to read a line, to answer it, and to read that; and what it would by the mapper.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LineBenchmark {
  private static final ObjectReader MAPPER = Json.mapper().readerFor(StreamLine.class);

  @Param({
    "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"",
    "{\"customer\":4711,\"items\":[{\"sku\":\"a-1\",\"count\":2}],\"note\":\"x\"}"
  })
  private String payload;

  private byte[] line;
  private StreamAnswer answer;
  private byte[] answerText;

  @Setup
  public void prepare() {
    String text =
        "{\"ref\":123456,\"type\":\"reverse\",\"payload\":" + payload + ",\"durable\":false}";
    line = text.getBytes(StandardCharsets.UTF_8);
    TaskId id = TaskId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    JsonText ref = new JsonText("123456");
    JsonText result = new JsonText(payload);
    answer = new StreamAnswer(ref, null, id, TaskState.COMPLETED, result, null, null);
    answerText = answer.json();
  }

  @Benchmark
  public StreamLine read() {
    return StreamLine.read(line);
  }

  @Benchmark
  public StreamLine readByMapper() {
    return MAPPER.readValue(line);
  }

  @Benchmark
  public byte[] answer() {
    return answer.json();
  }

  @Benchmark
  public byte[] answerByMapper() {
    return Json.mapper().writeValueAsBytes(answer);
  }

  @Benchmark
  public StreamAnswer readAnswer() {
    return StreamAnswer.read(answerText);
  }

  @Benchmark
  public StreamAnswer readAnswerByMapper() {
    return Json.mapper().readValue(answerText, StreamAnswer.class);
  }
}
