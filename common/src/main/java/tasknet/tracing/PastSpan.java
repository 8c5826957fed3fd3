package tasknet.tracing;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/**
 * A span that has ended.
 *
 * @param context its own, which {@link Tracing#begin} has made; null when nothing is under it
 * @param parent null when it begins its trace
 * @param attributes texts, whole numbers and truth values, by names of OpenTelemetry's conventions
 *     where there are some
 * @param error why it failed; null when it did not
 */
public record PastSpan(
    @Nullable TraceContext context,
    @Nullable TraceContext parent,
    String name,
    Kind kind,
    Instant from,
    Instant until,
    Map<String, Object> attributes,
    @Nullable TaskError error) {
  /** What role it has in the exchange with others. */
  public enum Kind {
    /** Answers a request. */
    SERVER,
    /** Makes a request. */
    CLIENT,
    /** Hands on a message. */
    PRODUCER,
    /** Concerns nobody else. */
    INTERNAL
  }

  /** A stage of a task's way, under the request that handed it in. */
  public static PastSpan ofTask(
      String stage, TaskId task, TaskType type, TraceContext parent, Instant from, Instant until) {
    return new PastSpan(
        null,
        parent,
        stage + ' ' + type.name(),
        Kind.INTERNAL,
        from,
        until,
        attributes(stage, task, type),
        null);
  }

  /**
   * An attempt, from its begin to its end, both in the store.
   *
   * @param error null when it completed
   */
  public static PastSpan ofAttempt(
      AttemptId attempt,
      TaskType type,
      String worker,
      TraceContext context,
      TraceContext parent,
      Instant from,
      Instant until,
      @Nullable TaskError error) {
    return new PastSpan(
        context,
        parent,
        "attempt " + type.name(),
        Kind.PRODUCER,
        from,
        until,
        attributes("attempt", attempt, type, worker),
        error);
  }

  static Map<String, Object> attributes(
      String stage, AttemptId attempt, TaskType type, String worker) {
    Map<String, Object> attributes = attributes(stage, attempt.task(), type);
    attributes.put("messaging.operation.type", stage.equals("handler") ? "process" : "send");
    attributes.put("tasknet.attempt", (long) attempt.number());
    attributes.put("tasknet.worker", worker);
    return attributes;
  }

  private static Map<String, Object> attributes(String stage, TaskId task, TaskType type) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("messaging.system", "tasknet");
    attributes.put("messaging.operation.name", stage);
    attributes.put("messaging.destination.name", type.name());
    attributes.put("messaging.message.id", task.toString());
    return attributes;
  }
}
