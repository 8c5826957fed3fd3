package tasknet.worker.handler;

import java.util.Locale;
import tasknet.task.TaskType;
import tools.jackson.databind.JsonNode;

/** {@code upper}: a text in upper case, the same in every country. */
public final class UpperHandler implements TaskHandler {
  private static final TaskType TYPE = new TaskType("upper");

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
    return Payload.text(payload).toUpperCase(Locale.ROOT);
  }
}
