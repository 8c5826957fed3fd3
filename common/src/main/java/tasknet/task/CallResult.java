package tasknet.task;

/** The document of a successful {@code POST /task}. */
public record CallResult(TaskId id, JsonText result) {}
