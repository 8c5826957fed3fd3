package tasknet.devtools.cluster;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tasknet.task.TaskType;
import tasknet.worker.handler.TaskContext;
import tasknet.worker.handler.TaskHandler;
import tools.jackson.databind.JsonNode;

/**
 * {@code deadly}: ends its process when the payload is {@code "kill"}, a little later, so that what
 * others began before it is done; answers anything else with the same.
 */
public final class DeadlyHandler implements TaskHandler {
  private static final Duration LATER = Duration.ofMillis(700);
  private static final int KILLED = 137;

  @Override
  public TaskType type() {
    return new TaskType("deadly");
  }

  @Override
  public Object handle(JsonNode payload, TaskContext context) throws InterruptedException {
    if (payload.asString("").equals("kill")) {
      boolean told = new CountDownLatch(1).await(LATER.toMillis(), TimeUnit.MILLISECONDS);
      Runtime.getRuntime().halt(told ? 0 : KILLED);
    }
    return payload;
  }
}
