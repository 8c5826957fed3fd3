package tasknet.dispatcher.store;

import tasknet.task.TaskEvent;

/**
 * How a task stands between two events.
 *
 * @param task as its last event would tell it
 * @param events how many events of any task, since the store was opened, led to it
 */
public record TaskSnapshot(TaskEvent task, long events) {}
