package tasknet.dispatcher.dispatch;

import org.jspecify.annotations.Nullable;
import tasknet.task.Outcome;
import tasknet.task.TaskState;

/**
 * How a task ended.
 *
 * @param state one in which a task has ended
 * @param outcome of its last attempt; null when it was cancelled
 */
public record TaskEnd(TaskState state, @Nullable Outcome outcome) {}
