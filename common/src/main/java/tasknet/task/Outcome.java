package tasknet.task;

/** How an attempt ended at the worker. */
public sealed interface Outcome {
  /** The handler returned a result. */
  record Completed(JsonText result) implements Outcome {}

  /** The handler refused the payload, threw, or was stopped. */
  record Failed(TaskError error) implements Outcome {}
}
