package tasknet.worker;

import org.jspecify.annotations.Nullable;
import tasknet.task.TaskType;
import tasknet.worker.handler.TaskContext;
import tasknet.worker.handler.TaskHandler;
import tools.jackson.databind.JsonNode;

/** A handler that does what the test says. */
record TestHandler(TaskType type, Work work) implements TaskHandler {
  interface Work {
    @Nullable Object of(JsonNode payload, TaskContext context) throws Exception;
  }

  TestHandler(String type, Work work) {
    this(new TaskType(type), work);
  }

  @Override
  public @Nullable Object handle(JsonNode payload, TaskContext context) throws Exception {
    return work.of(payload, context);
  }
}
