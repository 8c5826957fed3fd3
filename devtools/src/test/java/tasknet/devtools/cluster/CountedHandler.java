package tasknet.devtools.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.TaskType;
import tasknet.worker.handler.Demand;
import tasknet.worker.handler.TaskContext;
import tasknet.worker.handler.TaskHandler;
import tools.jackson.databind.JsonNode;

/** A handler that counts how often each attempt was run, at whichever worker. */
record CountedHandler(TaskHandler handler, Runs runs) implements TaskHandler {
  /** How often each attempt was run. */
  static final class Runs {
    private final Map<AttemptId, Integer> byAttempt = new ConcurrentHashMap<>();

    Map<AttemptId, Integer> byAttempt() {
      return Map.copyOf(byAttempt);
    }
  }

  @Override
  public TaskType type() {
    return handler.type();
  }

  @Override
  public Demand demand() {
    return handler.demand();
  }

  @Override
  public @Nullable Object handle(JsonNode payload, TaskContext context) throws Exception {
    runs.byAttempt.merge(context.attempt(), 1, Integer::sum);
    return handler.handle(payload, context);
  }
}
