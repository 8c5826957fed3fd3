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
import tools.jackson.databind.ObjectReader;

/** What it costs to read a line, and what it would cost if the mapper read it. */
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

  @Setup
  public void line() {
    String text =
        "{\"ref\":123456,\"type\":\"reverse\",\"payload\":" + payload + ",\"durable\":false}";
    line = text.getBytes(StandardCharsets.UTF_8);
  }

  @Benchmark
  public Object read() {
    return StreamLine.read(line);
  }

  @Benchmark
  public Object readByMapper() {
    return MAPPER.readValue(line);
  }
}
