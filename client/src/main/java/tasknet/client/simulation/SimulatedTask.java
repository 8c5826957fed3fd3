package tasknet.client.simulation;

import tasknet.task.JsonText;

/**
 * One task of a {@link TaskFile}.
 *
 * @param number its place in the file; 1 for the first
 * @param type as it stands in the file; not necessarily the name of a type
 */
public record SimulatedTask(
    int number, String type, JsonText payload, Expectation expect, Via via) {
  /** Which way a task goes to the dispatcher. */
  public enum Via {
    /** {@code POST /task}, which answers with the result. */
    CALL,
    /** {@code POST /tasks}, and waiting for the end. */
    SUBMIT
  }
}
