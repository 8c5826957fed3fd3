package tasknet.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt as it is shown to people.
 *
 * @param number 1 for the first
 * @param worker the id of the worker that had it
 * @param endedAt null while it runs
 * @param error null while it runs, and when it completed
 */
public record AttemptStatus(
    int number,
    String worker,
    Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable TaskError error) {}
