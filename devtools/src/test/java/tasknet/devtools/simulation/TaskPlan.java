package tasknet.devtools.simulation;

import java.time.Duration;
import java.util.random.RandomGenerator;
import tasknet.task.Outcome;
import tasknet.task.TaskError;

/**
 * What the handlers of one task do.
 *
 * @param failures how many runs fail before one succeeds
 * @param large whether the result exceeds a datagram
 */
record TaskPlan(Kind kind, int failures, long shortest, long longest, boolean large) {
  private static final long MILLI = Duration.ofMillis(1).toNanos();

  /** How a handler takes it when it is told to stop. */
  enum Kind {
    /** Ends when it is cancelled. */
    HEEDS_CANCEL,
    /** Ends when its thread is interrupted. */
    HEEDS_INTERRUPT,
    /** Does not end before its time. */
    STUBBORN,
    /** Fails in a way that is not retried. */
    BREAKS,
    /** Runs until it is told to stop. */
    HANGS
  }

  static TaskPlan any(RandomGenerator random) {
    Kind kind =
        switch (random.nextInt(20)) {
          case 0 -> Kind.HANGS;
          case 1 -> Kind.BREAKS;
          case 2, 3 -> Kind.STUBBORN;
          case 4, 5, 6 -> Kind.HEEDS_INTERRUPT;
          default -> Kind.HEEDS_CANCEL;
        };
    int failures =
        switch (random.nextInt(8)) {
          case 0 -> 1;
          case 1 -> 1 + random.nextInt(3);
          case 2 -> random.nextInt(4) == 0 ? Integer.MAX_VALUE : 0;
          default -> 0;
        };
    boolean large = random.nextInt(12) == 0;
    return switch (random.nextInt(10)) {
      case 0, 1 -> new TaskPlan(kind, failures, 0, 4 * MILLI, large);
      case 2, 3, 4 -> new TaskPlan(kind, failures, 2 * MILLI, 60 * MILLI, large);
      case 5, 6, 7 -> new TaskPlan(kind, failures, 50 * MILLI, 1_500 * MILLI, large);
      default -> new TaskPlan(kind, failures, 500 * MILLI, 8_000 * MILLI, large);
    };
  }

  /** How long a run takes when nobody stops it, in nanoseconds. */
  long duration(RandomGenerator random) {
    return kind == Kind.HANGS
        ? Duration.ofHours(1).toNanos()
        : shortest + random.nextLong(longest - shortest);
  }

  /**
   * @param before runs of the task before this one
   * @param result of a run that succeeds
   */
  Outcome outcome(int before, Outcome.Completed result) {
    if (kind == Kind.BREAKS) {
      return new Outcome.Failed(new TaskError("broken", "It is of no use.", false));
    }
    return before < failures
        ? new Outcome.Failed(new TaskError(TaskError.HANDLER_FAILED, "Not this time.", true))
        : result;
  }
}
