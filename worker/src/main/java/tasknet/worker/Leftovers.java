package tasknet.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.TraceContext;

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
    private final @Nullable TraceContext trace;
    private Alarms.@Nullable Alarm toAbandon;

    Leftover(RunningAttempt of) {
      this.attempt = of.attempt;
      this.trace = of.trace;
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
  void add(RunningAttempt attempt) {
    Leftover leftover = new Leftover(attempt);
    byRun.put(attempt.run, leftover);
    leftover.toAbandon = alarms.set(clock.nanoTime() + grace.toNanos(), () -> abandon(leftover));
  }

  /** A handler has had its grace already. */
  void addAbandoned(RunningAttempt attempt) {
    Leftover leftover = new Leftover(attempt);
    byRun.put(attempt.run, leftover);
    abandon(leftover);
  }

  private void abandon(Leftover leftover) {
    leftover.toAbandon = null;
    abandoned++;
    log.warn(
        "handler does not stop; left alone {}", outside.about(leftover.attempt, leftover.trace));
  }

  /** A handler ended, which may be one of these. */
  void ended(Executions.Run run) {
    Leftover leftover = byRun.remove(run);
    if (leftover == null) {
      return;
    }
    if (leftover.toAbandon == null) {
      abandoned--;
      log.info("handler stopped at last {}", outside.about(leftover.attempt, leftover.trace));
    } else {
      alarms.callOff(leftover.toAbandon);
    }
  }

  /** How many do not stop. */
  int abandoned() {
    return abandoned;
  }
}
