package tasknet.dispatcher.store;

import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * A task that became EXPIRED while it waited.
 *
 * @param was QUEUED or SCHEDULED
 */
public record Expiry(TaskId id, TaskType type, TaskState was) {}
