package tasknet.dispatcher.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskId;
import tasknet.task.TaskStatus;

/**
 * What a bounded search has found.
 *
 * @param tasks newest first, without attempts and without long payloads and results
 * @param next where the next page goes on, see {@link TaskFilter#before}; null when there is none
 * @param looked how many tasks were looked at
 */
public record Found(List<TaskStatus> tasks, @Nullable TaskId next, int looked) {}
