package tasknet.task;

/**
 * The document of a successful {@code DELETE /tasks/{id}}.
 *
 * @param was the state that the task was in: a RUNNING one ends at the worker as soon as its
 *     handler lets it, and its result is not kept
 */
public record CancelResult(TaskId id, TaskState state, TaskState was) {}
