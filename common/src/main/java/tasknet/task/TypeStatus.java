package tasknet.task;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.Backoff;

/**
 * How one type of task fares: an entry of {@code GET /types}.
 *
 * @param workers live workers of this type
 * @param slots how many attempts they can run at the same time, in all
 * @param free how many more they could take now
 * @param oldestQueuedAt since when the first of the queued ones waits; null when none does
 * @param rates null for one of so many types that it is counted only together with others
 * @param latency null when nothing happened lately, or as for {@code rates}
 * @param paused whether none of its tasks begins, until the type is resumed
 * @param limits over the whole fleet, as they hold now; null when there are none
 * @param overridden which of the limits were set at run time, by name; null when none was
 * @param defaults of tasks that do not say; null for a type that {@code workers.json} does not name
 */
public record TypeStatus(
    TaskType type,
    int workers,
    int slots,
    int free,
    long scheduled,
    long queued,
    long running,
    long completed,
    long dead,
    long cancelled,
    long expired,
    @Nullable Instant oldestQueuedAt,
    @Nullable TaskRates rates,
    @Nullable TaskLatency latency,
    boolean paused,
    @Nullable Limits limits,
    @Nullable List<String> overridden,
    @Nullable Defaults defaults) {
  /**
   * Bounds over the whole fleet.
   *
   * @param running attempts at the same time; null for any number
   * @param startsPerSecond attempts that begin in a second, on average; null for any number
   * @param waiting tasks that wait at the same time; null for any number
   */
  public record Limits(
      @Nullable Integer running, @Nullable Double startsPerSecond, @Nullable Integer waiting) {
    /** No bound. */
    public static final Limits NONE = new Limits(null, null, null);
  }

  /**
   * What holds for a task that does not say.
   *
   * @param durable whether it is on the disk before it is acknowledged
   */
  public record Defaults(Duration timeout, int maxAttempts, Backoff backoff, boolean durable) {}
}
