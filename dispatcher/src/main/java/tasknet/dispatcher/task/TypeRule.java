package tasknet.dispatcher.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.fleet.WorkerEntry;
import tasknet.runtime.Backoff;
import tasknet.task.BackoffFields;
import tasknet.task.KeepFields;
import tasknet.task.TaskRequest;

/**
 * What holds for the tasks of one type.
 *
 * @param timeout of a task that does not say
 * @param maxAttempts of a task that does not say
 * @param backoff of a task that does not say; also for what a task's own backoff leaves out
 * @param durable whether a task that does not say is acknowledged only when it is on the disk
 * @param running how many attempts may run at the same time over the whole fleet; null for any
 * @param startsPerSecond how many attempts may begin in a second, on average; null for any
 * @param waiting how many tasks may wait; null for any
 * @param keep how long its tasks are kept after their end; what it leaves out the settings say
 */
public record TypeRule(
    Duration timeout,
    int maxAttempts,
    Backoff backoff,
    boolean durable,
    @Nullable Integer running,
    @Nullable Double startsPerSecond,
    @Nullable Integer waiting,
    KeepFields keep) {
  /** What holds when nothing is said. */
  public static final TypeRule STANDARD =
      new TypeRule(
          TaskRequest.DEFAULT_TIMEOUT,
          TaskRequest.DEFAULT_ATTEMPTS,
          Backoff.DEFAULT,
          true,
          null,
          null,
          null,
          KeepFields.NONE);

  /** What an entry of {@code workers.json} says; what it leaves out is as in {@link #STANDARD}. */
  static TypeRule of(WorkerEntry entry) {
    WorkerEntry.Retry retry = entry.retry();
    Integer attempts = retry == null ? null : retry.maxAttempts();
    BackoffFields backoff = retry == null ? null : retry.backoff();
    WorkerEntry.Limits limits = entry.limits();
    return new TypeRule(
        entry.timeout() == null ? STANDARD.timeout : entry.timeout(),
        attempts == null ? STANDARD.maxAttempts : attempts,
        backoff == null ? STANDARD.backoff : backoff.over(STANDARD.backoff),
        entry.durable() == null || entry.durable(),
        limits == null ? null : limits.running(),
        limits == null ? null : limits.startsPerSecond(),
        limits == null ? null : limits.waiting(),
        entry.keep() == null ? KeepFields.NONE : entry.keep());
  }
}
