package tasknet.task;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it is shown to people: the document of {@code GET /schedules/{name}}.
 *
 * @param cron five fields: minute, hour, day of month, month, day of week
 * @param zone on whose clocks the cron expression is read
 * @param catchUp what becomes of ticks that were missed
 * @param paused whether it makes no tasks
 * @param task what its tasks are: the fields of {@code POST /tasks} that were given
 * @param next the next ticks, on the zone's clocks; in listings only the first; empty while paused
 * @param lastRun the last tick that made a task; null before the first
 */
public record ScheduleStatus(
    String name,
    String cron,
    String zone,
    CatchUp catchUp,
    boolean paused,
    JsonText task,
    Instant createdAt,
    List<OffsetDateTime> next,
    @Nullable Run lastRun) {
  /**
   * A tick that made a task.
   *
   * @param tick the time that was due
   */
  public record Run(Instant tick, TaskId task) {}
}
