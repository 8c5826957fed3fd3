package tasknet.dispatcher.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.task.InvalidValueException;

/**
 * When a cron expression ticks on the clocks of a zone. The library reads the expression and finds
 * the times on a clock that is never set; what happens when clocks are set is decided here, as cron
 * does it on Unix:
 *
 * <ul>
 *   <li>An expression whose minute or hour begins with {@code *} goes by what the clock shows: it
 *       leaves out what is left out there, and ticks again in an hour that comes twice.
 *   <li>Any other one ticks once for each time that it names: right after the gap for what falls
 *       into one, and only the first time in an hour that comes twice.
 * </ul>
 */
public final class CronTimes {
  private static final String ALLOWED =
      "five fields (minute 0-59, hour 0-23, day of month 1-31, month 1-12 or JAN-DEC, day of week"
          + " 0-7 or SUN-SAT) of *, numbers, ranges a-b, lists a,b and steps */n, such as"
          + " '30 2 * * *'";

  private static final int LONGEST = 200;
  private static final CronDefinition UNIX =
      CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX);

  private final ExecutionTime times;
  private final ZoneRules rules;
  private final boolean byTheClock;

  private CronTimes(ExecutionTime times, ZoneRules rules, boolean byTheClock) {
    this.times = times;
    this.rules = rules;
    this.byTheClock = byTheClock;
  }

  /**
   * Reads an expression.
   *
   * @throws InvalidValueException if it is none
   */
  public static CronTimes of(String cron, ZoneId zone) {
    if (cron.length() > LONGEST) {
      throw new InvalidValueException("cron", cron, "at most " + LONGEST + " characters long");
    }
    String[] fields = cron.strip().split("\\s+");
    boolean byTheClock =
        fields[0].startsWith("*") || (fields.length > 1 && fields[1].startsWith("*"));
    try {
      Cron parsed = new CronParser(UNIX).parse(String.join(" ", fields));
      return new CronTimes(ExecutionTime.forCron(parsed), zone.getRules(), byTheClock);
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException("cron", cron, ALLOWED + "; " + e.getMessage());
    }
  }

  /**
   * A zone by its id.
   *
   * @throws InvalidValueException if there is none of that id
   */
  public static ZoneId zone(String id) {
    try {
      return ZoneId.of(id);
    } catch (DateTimeException e) {
      throw new InvalidValueException("zone", id, "a time zone such as Europe/Berlin or UTC");
    }
  }

  /** The first tick after an instant; null when there is none any more. */
  public @Nullable Instant next(Instant after) {
    return byTheClock ? nextByTheClock(after) : nextByName(after);
  }

  /** The first ticks, beginning with one that is known. */
  public List<Instant> from(Instant first, int count) {
    List<Instant> ticks = new ArrayList<>();
    for (Instant tick = first; tick != null && ticks.size() < count; tick = next(tick)) {
      ticks.add(tick);
    }
    return ticks;
  }

  private @Nullable Instant nextByTheClock(Instant after) {
    Instant from = after;
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime local = LocalDateTime.ofInstant(after, offset);
    while (true) {
      LocalDateTime shown = nextShown(local);
      if (shown == null) {
        return null;
      }
      Instant tick = shown.toInstant(offset);
      ZoneOffsetTransition change = rules.nextTransition(from);
      if (change == null || tick.isBefore(change.getInstant())) {
        return tick;
      }
      from = change.getInstant();
      offset = change.getOffsetAfter();
      local = change.getDateTimeAfter().minusSeconds(1); // so that the change itself may be it
    }
  }

  /** Times in the same order as their instants, of which several may be the same. */
  private @Nullable Instant nextByName(Instant after) {
    LocalDateTime local = LocalDateTime.ofInstant(after, rules.getOffset(after));
    while (true) {
      local = nextShown(local);
      if (local == null) {
        return null;
      }
      Instant tick = instant(local);
      if (tick.isAfter(after)) {
        return tick;
      }
    }
  }

  private Instant instant(LocalDateTime local) {
    ZoneOffsetTransition change = rules.getTransition(local);
    if (change == null) {
      return local.toInstant(rules.getOffset(local));
    }
    return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
  }

  /** As on a clock that is never set. */
  private @Nullable LocalDateTime nextShown(LocalDateTime after) {
    return times
        .nextExecution(after.atZone(ZoneOffset.UTC))
        .map(ZonedDateTime::toLocalDateTime)
        .orElse(null);
  }
}
