package tasknet.dispatcher.task;

import java.net.URI;
import java.time.Instant;
import tasknet.task.TaskId;

/**
 * A task whose outcome is to be told.
 *
 * @param outcome counts the outcomes of the task: one that was brought back ends again
 * @param attempts how often it was tried
 * @param since when the task ended
 */
public record DueCallback(TaskId task, URI url, int outcome, int attempts, Instant since) {}
