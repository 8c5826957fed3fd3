package tasknet.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tasknet.http.Json;
import tasknet.runtime.Backoff;
import tasknet.task.TraceContext;

class TaskSubmissionTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void onlyWhatIsSaidIsSent() {
    assertThat(Json.textOf(TaskSubmission.of("hash", "x")))
        .hasToString("{\"type\":\"hash\",\"payload\":\"x\"}");
  }

  @Test
  void theTermsAreSentAsTheDispatcherReadsThem() {
    TaskSubmission task =
        TaskSubmission.of("hash", "x")
            .withDeadline(NOON.plusSeconds(60))
            .withRunAt(NOON)
            .withPriority(9)
            .withLabels(Map.of("customer", "4711"))
            .withCallback(URI.create("https://example.org/done"))
            .withDurable(false);

    assertThat(Json.textOf(task))
        .hasToString(
            "{\"type\":\"hash\",\"payload\":\"x\",\"deadline\":\"2026-01-31T12:01:00Z\","
                + "\"runAt\":\"2026-01-31T12:00:00Z\",\"priority\":9,"
                + "\"labels\":{\"customer\":\"4711\"},"
                + "\"callback\":\"https://example.org/done\",\"durable\":false}");
    assertThat(
            Json.textOf(task.withDeadline(Duration.ofMinutes(5)).withDelay(Duration.ofSeconds(2))))
        .hasToString(
            "{\"type\":\"hash\",\"payload\":\"x\",\"deadline\":\"PT5M\",\"delay\":\"PT2S\","
                + "\"priority\":9,\"labels\":{\"customer\":\"4711\"},"
                + "\"callback\":\"https://example.org/done\",\"durable\":false}");
  }

  @Test
  void itsTextIsWhatTheMapperWrites() {
    TaskSubmission bare = TaskSubmission.of("ä\"\n", Map.of("a/b", List.of(1.50, "\u0007", "😀")));
    TaskSubmission full =
        bare.withTimeout(Duration.ofMillis(1500))
            .withMaxAttempts(7)
            .withBackoff(new Backoff(Duration.ofMillis(250), 3, Duration.ofMinutes(1), 0))
            .withDeadline(NOON)
            .withDelay(Duration.ofDays(1))
            .withPriority(0)
            .withLabels(Map.of("key", "\u2028"))
            .withCallback(URI.create("http://example.org/a?b=c"))
            .withDurable(true)
            .withTrace(
                new TraceContext("00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01", "a"));

    for (TaskSubmission task :
        List.of(bare, full, full.withDeadline(Duration.ofHours(2)), full.withRunAt(NOON))) {
      assertThat(task)
          .hasToString(Json.mapper().writeValueAsString(task))
          .hasToString(Json.mapper().writeValueAsString(task));
    }
  }

  @Test
  void theTraceOfATaskIsSentWithIt() {
    TraceContext span =
        new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=1");
    TaskSubmission task = TaskSubmission.of("hash", 1);

    assertThat(task.withTrace(span))
        .hasToString(
            "{\"type\":\"hash\",\"payload\":1,\"traceparent\":\""
                + span.traceparent()
                + "\",\"tracestate\":\"a=1\"}");
    assertThat(task.withTrace(span).withTrace(null)).isEqualTo(task);
  }

  @Test
  void aTaskIsTheSameInWhateverOrderItIsSaid() {
    TaskSubmission one = TaskSubmission.of("hash", 1).withPriority(3).withMaxAttempts(2);
    TaskSubmission other = TaskSubmission.of("hash", 1).withMaxAttempts(2).withPriority(3);

    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).hasToString(other.toString());
  }

  @Test
  void nullTakesBackWhatWasSaid() {
    TaskSubmission task = TaskSubmission.of("hash", null);

    assertThat(task.withTimeout(Duration.ofSeconds(1)).withTimeout(null)).isEqualTo(task);
    assertThat(task.withDelay(Duration.ofSeconds(1)).withRunAt(null).fields()).containsKey("delay");
  }
}
