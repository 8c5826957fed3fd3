package tasknet.task;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a task stands. {@code docs/state-machine.md} draws the transition table below. */
public enum TaskState {
  /** Waits for an instant: its delay, or the backoff before its next attempt. */
  SCHEDULED,
  /** Waits for a worker with a free slot. */
  QUEUED,
  /** One attempt is at a worker. */
  RUNNING,
  /** Ended with a result. */
  COMPLETED,
  /** Ended without a result, after its last attempt or an error that is not retried. */
  DEAD,
  /** Ended by a person. */
  CANCELLED,
  /** Ended by its deadline. */
  EXPIRED;

  private static final Map<TaskState, Set<TaskState>> NEXT = new EnumMap<>(TaskState.class);

  static {
    NEXT.put(SCHEDULED, EnumSet.of(QUEUED, CANCELLED, EXPIRED));
    NEXT.put(QUEUED, EnumSet.of(RUNNING, CANCELLED, EXPIRED));
    // QUEUED again: the worker refused the attempt, or is lost, and another one takes the task.
    NEXT.put(RUNNING, EnumSet.of(COMPLETED, DEAD, CANCELLED, EXPIRED, SCHEDULED, QUEUED));
    NEXT.put(COMPLETED, EnumSet.noneOf(TaskState.class));
    NEXT.put(DEAD, EnumSet.of(QUEUED));
    NEXT.put(CANCELLED, EnumSet.noneOf(TaskState.class));
    NEXT.put(EXPIRED, EnumSet.noneOf(TaskState.class));
  }

  /** Whether the table has the transition from this state to that one. */
  public boolean canBecome(TaskState next) {
    return next(this).contains(next);
  }

  /** Whether nothing more happens to the task by itself. */
  public boolean ended() {
    return switch (this) {
      case SCHEDULED, QUEUED, RUNNING -> false;
      case COMPLETED, DEAD, CANCELLED, EXPIRED -> true;
    };
  }

  private static Set<TaskState> next(TaskState state) {
    return NEXT.getOrDefault(state, Set.of());
  }
}
