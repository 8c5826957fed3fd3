package tasknet.dispatcher.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tasknet.task.CatchUp;
import tasknet.task.JsonText;
import tasknet.task.ScheduleStatus;

/**
 * A schedule as it is kept.
 *
 * @param version another one after each change by a person, unlike that of any other schedule
 * @param zone an id that {@link java.time.ZoneId} knows
 * @param task the fields of a submission
 * @param nextAt the first tick that has not been dealt with; null while it is paused
 */
public record Schedule(
    String name,
    long version,
    String cron,
    String zone,
    CatchUp catchUp,
    JsonText task,
    boolean paused,
    Instant createdAt,
    @Nullable Instant nextAt,
    ScheduleStatus.@Nullable Run lastRun) {
  /** Whether a person would call it the same: what time has made of it does not matter. */
  public boolean saysTheSameAs(Schedule other) {
    return cron.equals(other.cron)
        && zone.equals(other.zone)
        && catchUp == other.catchUp
        && task.equals(other.task);
  }

  /** The same, making no tasks. */
  public Schedule pause() {
    return new Schedule(name, version, cron, zone, catchUp, task, true, createdAt, null, lastRun);
  }

  /** The same, making tasks from that tick on. */
  public Schedule resume(Instant next) {
    return new Schedule(name, version, cron, zone, catchUp, task, false, createdAt, next, lastRun);
  }
}
