package tasknet.devtools.system;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tasknet.task.TaskType;
import tasknet.worker.handler.TaskContext;
import tasknet.worker.handler.TaskHandler;
import tools.jackson.databind.JsonNode;

/**
 * {@code take_memory}: takes all memory there is, {@code heap} or {@code native}, in as many
 * attempts as the payload says; then it answers with the number of the attempt.
 */
public final class GreedyHandler implements TaskHandler {
  private static final int AT_ONCE = 1 << 20;

  @Override
  public TaskType type() {
    return new TaskType("take_memory");
  }

  @Override
  public Object handle(JsonNode payload, TaskContext context) {
    int attempt = context.attempt().number();
    List<Object> taken = new ArrayList<>();
    if (attempt <= payload.path("attempts").asInt()) {
      boolean heap = payload.path("memory").asString().equals("heap");
      while (!context.cancelled()) {
        taken.add(heap ? new byte[AT_ONCE] : filled());
      }
    }
    return Map.of("attempt", attempt, "taken", taken.size());
  }

  /** Memory is only taken from the machine when something is written there. */
  private static MemorySegment filled() {
    return Arena.global().allocate(AT_ONCE).fill((byte) 1);
  }
}
