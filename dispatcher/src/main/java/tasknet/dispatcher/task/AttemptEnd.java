package tasknet.dispatcher.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskState;

/**
 * How an attempt ended, and what becomes of its task.
 *
 * @param next the task's state from now on: COMPLETED with a {@link Outcome.Completed}; else DEAD,
 *     SCHEDULED, QUEUED (at its old position) or EXPIRED
 * @param readyAt when a SCHEDULED task becomes ready; null for other states
 * @param counted whether it is a failure that counts against {@code maxAttempts}
 */
public record AttemptEnd(
    AttemptId attempt,
    Instant at,
    Outcome outcome,
    TaskState next,
    @Nullable Instant readyAt,
    boolean counted) {}
