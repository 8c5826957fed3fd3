package tasknet.dispatcher.task;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskId;
import tasknet.task.TraceContext;

/**
 * A task whose outcome is to be told.
 *
 * @param outcome counts the outcomes of the task: one that was brought back ends again
 * @param attempts how often it was tried
 * @param since when the task ended
 * @param trace where in a distributed trace the task belongs; null for none
 */
public record DueCallback(
    TaskId task, URI url, int outcome, int attempts, Instant since, @Nullable TraceContext trace) {}
