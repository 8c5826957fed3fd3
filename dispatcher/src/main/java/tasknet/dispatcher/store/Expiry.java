package tasknet.dispatcher.store;

import tasknet.task.TaskId;
import tasknet.task.TaskState;

/**
 * A task that became EXPIRED while it waited.
 *
 * @param was QUEUED or SCHEDULED
 */
public record Expiry(TaskId id, TaskState was) {}
