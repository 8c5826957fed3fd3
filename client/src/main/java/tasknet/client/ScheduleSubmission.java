package tasknet.client;

import org.jspecify.annotations.Nullable;
import tasknet.task.CatchUp;

/**
 * A schedule to be made: what {@code POST /schedules} takes. The dispatcher checks it, and has a
 * default for everything that is null.
 *
 * @param name unlike that of any other schedule
 * @param cron five fields, for instance {@code 30 2 * * *}
 * @param zone on whose clocks that is read, for instance {@code Europe/Berlin}; UTC if null
 * @param task what each tick hands in; without {@code delay} and {@code runAt}, and its deadline a
 *     time from then on
 * @param catchUp what becomes of ticks that were missed; {@link CatchUp#LAST} if null
 * @param paused whether it makes no tasks yet
 */
public record ScheduleSubmission(
    String name,
    String cron,
    @Nullable String zone,
    TaskSubmission task,
    @Nullable CatchUp catchUp,
    @Nullable Boolean paused) {
  /** A schedule in UTC with the dispatcher's defaults. */
  public static ScheduleSubmission of(String name, String cron, TaskSubmission task) {
    return new ScheduleSubmission(name, cron, null, task, null, null);
  }

  /** The same on the clocks of a zone. */
  public ScheduleSubmission withZone(String id) {
    return new ScheduleSubmission(name, cron, id, task, catchUp, paused);
  }

  /** The same with that rule for ticks that were missed. */
  public ScheduleSubmission withCatchUp(CatchUp rule) {
    return new ScheduleSubmission(name, cron, zone, task, rule, paused);
  }

  /** The same, making no tasks until it is resumed. */
  public ScheduleSubmission withPause() {
    return new ScheduleSubmission(name, cron, zone, task, catchUp, true);
  }
}
