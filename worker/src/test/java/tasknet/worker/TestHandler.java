package tasknet.worker;

import org.jspecify.annotations.Nullable;
import tasknet.task.TaskType;
import tasknet.worker.handler.Demand;
import tasknet.worker.handler.TaskContext;
import tasknet.worker.handler.TaskHandler;
import tools.jackson.databind.JsonNode;

/** A handler that does what the test says. */
record TestHandler(TaskType type, Demand demand, Work work) implements TaskHandler {
  interface Work {
    @Nullable Object of(JsonNode payload, TaskContext context) throws Exception;
  }

  TestHandler(String type, Work work) {
    this(type, Demand.COMPUTES, work);
  }

  TestHandler(String type, Demand demand, Work work) {
    this(new TaskType(type), demand, work);
  }

  @Override
  public @Nullable Object handle(JsonNode payload, TaskContext context) throws Exception {
    return work.of(payload, context);
  }
}
