package tasknet.client.simulation;

import tasknet.task.JsonText;

/** What came back for a simulated task. */
public sealed interface Answer {
  /** The task completed. */
  record Result(JsonText value) implements Answer {
    @Override
    public String toString() {
      return "the result " + value;
    }
  }

  /**
   * The task failed, or was refused.
   *
   * @param code of the task's error or of the problem; {@code no-answer}, {@code cancelled}, {@code
   *     expired} and {@code unreachable} are the client's own
   */
  record Failure(String code, String message) implements Answer {
    @Override
    public String toString() {
      return "the error " + code + " (" + message + ")";
    }
  }
}
