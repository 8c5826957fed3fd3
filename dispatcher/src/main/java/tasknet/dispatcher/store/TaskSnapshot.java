package tasknet.dispatcher.store;

import tasknet.task.TaskEvent;

/**
 * How a task stands between two events.
 *
 * @param task as its last event would tell it
 * @param events the number of the last event, of any task, that led to it
 */
public record TaskSnapshot(TaskEvent task, long events) {}
