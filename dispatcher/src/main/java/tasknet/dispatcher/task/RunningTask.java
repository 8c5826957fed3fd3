package tasknet.dispatcher.task;

/**
 * A task in state RUNNING with its current attempt, as the store knows it after a restart.
 *
 * @param task as it was queued before this attempt: {@code task.nextAttempt()} is the running one
 * @param start the running attempt
 */
public record RunningTask(QueuedTask task, AttemptStart start) {}
