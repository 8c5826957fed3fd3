package tasknet.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;

/**
 * The handlers that were told to stop and have not ended yet, though their attempts are over. One
 * that does not stop within its grace is abandoned: nothing can end a thread against its will.
 */
final class Leftovers {
  private final Alarms alarms;
  private final Duration grace;
  private final NanoClock clock;
  private final Executions.Outside outside;
  private final Logger log;
  private final Map<Executions.Run, Leftover> byRun = new HashMap<>();
  private int abandoned;

  private static final class Leftover {
    private final AttemptId attempt;
    private Alarms.@Nullable Alarm toAbandon;

    Leftover(AttemptId attempt) {
      this.attempt = attempt;
    }
  }

  Leftovers(
      Alarms alarms, Duration grace, NanoClock clock, Executions.Outside outside, Logger log) {
    this.alarms = alarms;
    this.grace = grace;
    this.clock = clock;
    this.outside = outside;
    this.log = log;
  }

  /** A handler has just been told to stop. */
  void add(Executions.Run run, AttemptId attempt) {
    Leftover leftover = new Leftover(attempt);
    byRun.put(run, leftover);
    leftover.toAbandon = alarms.set(clock.nanoTime() + grace.toNanos(), () -> abandon(leftover));
  }

  /** A handler has had its grace already. */
  void addAbandoned(Executions.Run run, AttemptId attempt) {
    Leftover leftover = new Leftover(attempt);
    byRun.put(run, leftover);
    abandon(leftover);
  }

  private void abandon(Leftover leftover) {
    leftover.toAbandon = null;
    abandoned++;
    log.warn("handler does not stop; left alone {}", outside.about(leftover.attempt));
  }

  /** A handler ended, which may be one of these. */
  void ended(Executions.Run run) {
    Leftover leftover = byRun.remove(run);
    if (leftover == null) {
      return;
    }
    if (leftover.toAbandon == null) {
      abandoned--;
      log.info("handler stopped at last {}", outside.about(leftover.attempt));
    } else {
      alarms.callOff(leftover.toAbandon);
    }
  }

  /** How many do not stop. */
  int abandoned() {
    return abandoned;
  }
}
