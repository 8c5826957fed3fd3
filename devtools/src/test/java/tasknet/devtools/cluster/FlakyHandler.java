package tasknet.devtools.cluster;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tasknet.worker.handler.TaskContext;
import tasknet.worker.handler.TaskHandler;
import tools.jackson.databind.JsonNode;

/**
 * {@code flaky}: fails until the attempt of the number in its payload, then waits a little and
 * answers the trace that it is in; with a span of its own.
 */
public final class FlakyHandler implements TaskHandler {
  private static final Duration A_LITTLE = Duration.ofSeconds(2);

  @Override
  public TaskType type() {
    return new TaskType("flaky");
  }

  @Override
  public Object handle(JsonNode payload, TaskContext context) {
    Span own = GlobalOpenTelemetry.getTracer("flaky").spanBuilder("own work").startSpan();
    try (Scope _ = own.makeCurrent()) {
      if (context.attempt().number() < payload.asInt()) {
        throw new IllegalStateException("not yet");
      }
      context.sleep(A_LITTLE);
      TraceContext trace = context.trace();
      return trace == null ? "none" : trace.traceparent();
    } finally {
      own.end();
    }
  }
}
