package tasknet.dispatcher.dispatch;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.QueueFullException.Bound;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskType;

/**
 * How many tasks have not begun, by type, with those that are just being added; and how fast they
 * became fewer lately. Safe for use by several threads.
 */
public final class WaitingTasks {
  private final long most;
  private final Function<TaskType, @Nullable Integer> mostOf;
  private final NanoClock nanos;
  private final Map<TaskType, Count> types = new HashMap<>();
  private final Count all;

  private static final class Count {
    private final RecentRate leaving;
    private long tasks;

    private Count(long now) {
      leaving = new RecentRate(now);
    }
  }

  /**
   * @param most how many may wait of all types
   * @param mostOf how many may wait of a type; null for any number
   */
  WaitingTasks(long most, Function<TaskType, @Nullable Integer> mostOf, NanoClock nanos) {
    this.most = most;
    this.mostOf = mostOf;
    this.nanos = nanos;
    this.all = new Count(nanos.nanoTime());
  }

  /** How many wait. */
  public synchronized long all() {
    return all.tasks;
  }

  /** How many wait of a type. */
  public synchronized long of(TaskType type) {
    Count count = types.get(type);
    return count == null ? 0 : count.tasks;
  }

  /** How many wait, of each type of which some do. */
  public synchronized Map<TaskType, Long> byType() {
    Map<TaskType, Long> now = new TreeMap<>();
    types.forEach(
        (type, count) -> {
          if (count.tasks != 0) {
            now.put(type, count.tasks);
          }
        });
    return now;
  }

  /**
   * One more is about to wait.
   *
   * @throws QueueFullException if as many wait as may; then nothing changed
   */
  synchronized void reserve(TaskType type) {
    Count count = count(type);
    Integer bound = mostOf.apply(type);
    if (bound != null && count.tasks >= bound) {
      throw full(type, count, bound);
    }
    if (all.tasks >= most) {
      forget(type, count);
      throw full(null, all, most);
    }
    add(type, 1);
  }

  /** So many more wait, whatever the bounds are; or fewer, that never began to. */
  synchronized void add(TaskType type, long tasks) {
    Count count = count(type);
    count.tasks += tasks;
    all.tasks += tasks;
    forget(type, count);
  }

  /** One does not wait any more. */
  synchronized void left(TaskType type) {
    long now = nanos.nanoTime();
    count(type).leaving.happened(now);
    all.leaving.happened(now);
    add(type, -1);
  }

  private QueueFullException full(@Nullable TaskType type, Count count, long bound) {
    int retryAfter =
        RetryAfter.seconds(count.tasks - bound + 1, count.leaving.perSecond(nanos.nanoTime()));
    return new QueueFullException(new Bound(type, bound, count.tasks, retryAfter));
  }

  private Count count(TaskType type) {
    return types.computeIfAbsent(type, _ -> new Count(nanos.nanoTime()));
  }

  /** Clients name types, so those are forgotten of which nothing is to be known. */
  private void forget(TaskType type, Count count) {
    if (count.tasks == 0 && mostOf.apply(type) == null) {
      types.remove(type);
    }
  }
}
