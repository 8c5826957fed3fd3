package tasknet.worker.handler;

import tasknet.task.TaskType;
import tools.jackson.databind.JsonNode;

/** {@code reverse}: a text, back to front, code point by code point. */
public final class ReverseHandler implements TaskHandler {
  private static final TaskType TYPE = new TaskType("reverse");

  @Override
  public TaskType type() {
    return TYPE;
  }

  @Override
  public Demand demand() {
    return Demand.INSTANT;
  }

  @Override
  public String handle(JsonNode payload, TaskContext context) {
    return new StringBuilder(Payload.text(payload)).reverse().toString();
  }
}
