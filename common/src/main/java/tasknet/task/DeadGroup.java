package tasknet.task;

import java.time.Instant;

/**
 * DEAD tasks of the same fingerprint.
 *
 * @param code of their errors
 * @param message of the sample
 * @param tasks how many there are now
 * @param firstAt when the group began: the first one died
 * @param lastAt when the last one died
 * @param sample the newest of the tasks
 */
public record DeadGroup(
    Fingerprint fingerprint,
    TaskType type,
    String code,
    String message,
    long tasks,
    Instant firstAt,
    Instant lastAt,
    TaskId sample) {}
