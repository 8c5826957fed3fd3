package tasknet.dispatcher.store;

import org.jspecify.annotations.Nullable;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/**
 * A task that became EXPIRED while it waited.
 *
 * @param was QUEUED or SCHEDULED
 * @param trace where in a distributed trace it belongs; null for none
 */
public record Expiry(TaskId id, TaskType type, TaskState was, @Nullable TraceContext trace) {}
