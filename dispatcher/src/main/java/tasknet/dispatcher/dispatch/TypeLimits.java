package tasknet.dispatcher.dispatch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskType;
import tasknet.task.TypeStatus;

/**
 * Whether another attempt of a type may begin, by what runs and by how many have begun. An attempt
 * runs until its end is committed, and until a cancelled one is confirmed. For the loop's thread,
 * except for {@link #hasRoom}.
 */
final class TypeLimits {
  private final Map<TaskType, Limited> types = new ConcurrentHashMap<>();

  /** A type that has a limit, is paused, or has attempts. */
  private static final class Limited {
    private final AtomicInteger running = new AtomicInteger();
    private volatile int most = Integer.MAX_VALUE;
    private boolean paused;
    private @Nullable TokenBucket starts;

    boolean isFree() {
      return most == Integer.MAX_VALUE && !paused && starts == null && running.get() == 0;
    }
  }

  /**
   * What holds for a type when the loop starts; its rate is as after a pause.
   *
   * @param now on the nano clock
   */
  void begin(TaskType type, TypeStatus.Limits limits, boolean paused, long now) {
    change(type, limits, paused, now);
    Limited limited = types.get(type);
    Double rate = limits.startsPerSecond();
    if (limited != null && rate != null) {
      limited.starts = new TokenBucket(rate, now);
    }
  }

  /**
   * What holds for a type from now on. No more may begin at once because of that than were allowed
   * before.
   *
   * @param now on the nano clock
   */
  void change(TaskType type, TypeStatus.Limits limits, boolean paused, long now) {
    Limited limited = limited(type);
    Integer most = limits.running();
    limited.most = most == null ? Integer.MAX_VALUE : most;
    limited.paused = paused;
    limited.starts = starts(limited.starts, limits.startsPerSecond(), now);
    forget(type, limited);
  }

  /** Whether fewer attempts run than may; any thread may ask. */
  boolean hasRoom(TaskType type) {
    Limited limits = types.get(type);
    return limits == null || limits.running.get() < limits.most;
  }

  /** Whether none begins, whatever the limits are. */
  boolean isPaused(TaskType type) {
    Limited limits = types.get(type);
    return limits != null && limits.paused;
  }

  /** When the next attempt may begin, as far as the rate is concerned: now, or later. */
  long nextStart(TaskType type, long now) {
    Limited limits = types.get(type);
    return limits == null || limits.starts == null ? now : limits.starts.next(now);
  }

  /** An attempt begins. */
  void begins(TaskType type, long now) {
    Limited limits = limited(type);
    limits.running.incrementAndGet();
    if (limits.starts != null) {
      limits.starts.take(now);
    }
  }

  /** An attempt was begun by the process before this one, whatever the limits are. */
  void goesOn(TaskType type) {
    limited(type).running.incrementAndGet();
  }

  /** An attempt does not run any more. */
  void ends(TaskType type) {
    Limited limits = limited(type);
    limits.running.decrementAndGet();
    forget(type, limits);
  }

  private Limited limited(TaskType type) {
    return types.computeIfAbsent(type, _ -> new Limited());
  }

  /** Clients name types, so those are forgotten of which nothing is to be known. */
  private void forget(TaskType type, Limited limits) {
    if (limits.isFree()) {
      types.remove(type);
    }
  }

  private static @Nullable TokenBucket starts(
      @Nullable TokenBucket now, @Nullable Double rate, long at) {
    if (rate == null) {
      return null;
    }
    if (now == null) {
      return TokenBucket.empty(rate, at);
    }
    now.change(rate, at);
    return now;
  }
}
