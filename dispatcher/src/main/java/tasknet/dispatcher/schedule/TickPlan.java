package tasknet.dispatcher.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.task.CatchUp;

/**
 * What is to be done about the ticks of a schedule that are due.
 *
 * @param run those that get a task now, in order
 * @param next the first one that is not dealt with now; null when there is none any more
 * @param missed how many get no task; of many only {@link #MOST} are counted
 */
record TickPlan(List<Instant> run, @Nullable Instant next, int missed) {
  /** How many missed ticks get a task; of more, the last ones. */
  static final int MOST = 1_000;

  /** A tick that is later than this was missed. */
  static final Duration LATE = Duration.ofMinutes(1);

  /**
   * @param due the first tick that has not been dealt with, not after now
   * @param room how many may get a task now; at least 1
   */
  static TickPlan of(CatchUp rule, CronTimes times, Instant due, Instant now, int room) {
    List<Instant> first = upTo(times, due, now, MOST + 1);
    boolean many = first.size() > MOST;
    List<Instant> ticks = many ? last(times, due, now) : first;
    int dropped = many ? MOST : 0;
    Instant latest = ticks.getLast();
    Instant after = times.next(latest);
    return switch (rule) {
      case NONE ->
          latest.plus(LATE).isAfter(now)
              ? new TickPlan(List.of(latest), after, ticks.size() - 1)
              : new TickPlan(List.of(), after, ticks.size());
      case LAST -> new TickPlan(List.of(latest), after, ticks.size() - 1);
      case ALL ->
          ticks.size() <= room
              ? new TickPlan(ticks, after, dropped)
              : new TickPlan(List.copyOf(ticks.subList(0, room)), ticks.get(room), dropped);
    };
  }

  /** From a tick on, up to now. */
  private static List<Instant> upTo(CronTimes times, Instant first, Instant now, int most) {
    List<Instant> ticks = new ArrayList<>();
    for (Instant tick = first;
        tick != null && !tick.isAfter(now) && ticks.size() < most;
        tick = times.next(tick)) {
      ticks.add(tick);
    }
    return ticks;
  }

  /** The last ones up to now, found without a look at all that came before. */
  private static List<Instant> last(CronTimes times, Instant due, Instant now) {
    Duration back = Duration.ofMinutes(MOST); // not more than one tick a minute
    while (true) {
      Instant start = now.minus(back);
      Instant first = start.isBefore(due) ? due : times.next(start);
      List<Instant> ticks = first == null ? List.of() : upTo(times, first, now, Integer.MAX_VALUE);
      if (ticks.size() >= MOST || start.isBefore(due)) {
        return List.copyOf(ticks.subList(Math.max(0, ticks.size() - MOST), ticks.size()));
      }
      back = back.multipliedBy(4);
    }
  }
}
