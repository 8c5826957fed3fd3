package tasknet.task;

import java.time.Instant;

/**
 * For what a schedule made a task.
 *
 * @param name of the schedule
 * @param tick the time that was due; the task may have been made later
 */
public record ScheduledTick(String name, Instant tick) {}
