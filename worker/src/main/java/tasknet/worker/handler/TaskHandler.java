package tasknet.worker.handler;

import org.jspecify.annotations.Nullable;
import tasknet.task.TaskType;
import tools.jackson.databind.JsonNode;

/**
 * The code that does a type. Found by {@link java.util.ServiceLoader}: name the class in {@code
 * META-INF/services/tasknet.worker.handler.TaskHandler} and put the jar on the worker's class path.
 * One instance serves all attempts, several at the same time. A task may be run more than once, so
 * a handler should do no harm when it is.
 */
public interface TaskHandler {
  /** The type that it does. */
  TaskType type();

  /**
   * Does one attempt.
   *
   * @param payload any JSON; a JSON null is a null node
   * @return what becomes the result: anything that can be written as JSON, {@link
   *     tasknet.task.JsonText} as it is; null is the JSON null
   * @throws InvalidPayloadException if the payload is not what it wants; there is no further try
   * @throws TaskFailedException to decide on the error's code and on further tries
   * @throws Exception for any other failure; there are further tries
   */
  @Nullable Object handle(JsonNode payload, TaskContext context) throws Exception;

  /** What it mostly does. */
  default Demand demand() {
    return Demand.COMPUTES;
  }
}
