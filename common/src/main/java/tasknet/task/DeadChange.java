package tasknet.task;

/**
 * What was done to DEAD tasks of a fingerprint: requeued or deleted.
 *
 * @param tasks how many so far
 * @param done whether these are all; else the dispatcher goes on with the others
 */
public record DeadChange(Fingerprint fingerprint, long tasks, boolean done) {}
