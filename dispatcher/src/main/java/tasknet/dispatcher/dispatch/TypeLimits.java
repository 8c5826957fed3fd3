package tasknet.dispatcher.dispatch;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.TypeRules;
import tasknet.task.TaskType;

/**
 * Whether another attempt of a type may begin, by what runs and by how many have begun. An attempt
 * runs until its end is committed, and until a cancelled one is confirmed. For the loop's thread.
 */
final class TypeLimits {
  private final Map<TaskType, Limited> limited = new HashMap<>();

  /** A type that has a limit. */
  private static final class Limited {
    private final int most;
    private final @Nullable TokenBucket starts;
    private int running;

    private Limited(int most, @Nullable TokenBucket starts) {
      this.most = most;
      this.starts = starts;
    }
  }

  /**
   * @param now on the nano clock
   */
  TypeLimits(TypeRules rules, long now) {
    rules
        .declared()
        .forEach(
            (type, rule) -> {
              Integer running = rule.running();
              Double rate = rule.startsPerSecond();
              if (running != null || rate != null) {
                limited.put(
                    type,
                    new Limited(
                        running == null ? Integer.MAX_VALUE : running,
                        rate == null ? null : new TokenBucket(rate, now)));
              }
            });
  }

  /** Whether fewer attempts run than may. */
  boolean hasRoom(TaskType type) {
    Limited limits = limited.get(type);
    return limits == null || limits.running < limits.most;
  }

  /** When the next attempt may begin, as far as the rate is concerned: now, or later. */
  long nextStart(TaskType type, long now) {
    Limited limits = limited.get(type);
    return limits == null || limits.starts == null ? now : limits.starts.next(now);
  }

  /** An attempt begins. */
  void begins(TaskType type, long now) {
    Limited limits = limited.get(type);
    if (limits != null) {
      limits.running++;
      if (limits.starts != null) {
        limits.starts.take(now);
      }
    }
  }

  /** An attempt was begun by the process before this one, whatever the limits are. */
  void goesOn(TaskType type) {
    Limited limits = limited.get(type);
    if (limits != null) {
      limits.running++;
    }
  }

  /** An attempt does not run any more. */
  void ends(TaskType type) {
    Limited limits = limited.get(type);
    if (limits != null) {
      limits.running--;
    }
  }
}
