package tasknet.dispatcher.dispatch;

import tasknet.runtime.Histogram;
import tasknet.task.TaskRates;

/**
 * What happened to the tasks of one type: lately, for the loop's thread, and since the start, for
 * any.
 */
public final class TypeActivity {
  private static final double[] BOUNDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800
  };

  final RecentTimes recentWait = new RecentTimes();
  final RecentTimes recentRun = new RecentTimes();
  final RecentTimes recentTotal = new RecentTimes();
  private final RecentCount recentlySubmitted = new RecentCount();
  private final RecentCount recentlyCompleted = new RecentCount();
  private final RecentCount recentlyFailed = new RecentCount();
  private final Histogram wait = Histogram.ofDurations(BOUNDS);
  private final Histogram completed = Histogram.ofDurations(BOUNDS);
  private final Histogram failed = Histogram.ofDurations(BOUNDS);
  private final Histogram total = Histogram.ofDurations(BOUNDS);

  TypeActivity() {}

  /** From when tasks were queued until their attempts began. */
  public Histogram waits() {
    return wait;
  }

  /** How long attempts took that were completed. */
  public Histogram completedAttempts() {
    return completed;
  }

  /** How long attempts took that failed or were lost. */
  public Histogram failedAttempts() {
    return failed;
  }

  /** From when tasks were submitted until they ended. */
  public Histogram totals() {
    return total;
  }

  // ---- for the loop's thread -------------------------------------------------------------------

  void submitted() {
    recentlySubmitted.increment();
  }

  void begun(long waitMicros) {
    recentWait.record(waitMicros);
    wait.record(waitMicros);
  }

  void completed(long runMicros) {
    recentlyCompleted.increment();
    recentRun.record(runMicros);
    completed.record(runMicros);
  }

  void failed(long runMicros) {
    recentlyFailed.increment();
    recentRun.record(runMicros);
    failed.record(runMicros);
  }

  void ended(long totalMicros) {
    recentTotal.record(totalMicros);
    total.record(totalMicros);
  }

  /** A slot of time is over. */
  void next() {
    recentlySubmitted.next();
    recentlyCompleted.next();
    recentlyFailed.next();
    recentWait.next();
    recentRun.next();
    recentTotal.next();
  }

  /** Whether nothing is known of it lately. */
  boolean isIdle() {
    return recentlySubmitted.sum() == 0
        && recentlyCompleted.sum() == 0
        && recentlyFailed.sum() == 0
        && recentWait.isEmpty()
        && recentTotal.isEmpty();
  }

  /**
   * @param seconds for which the slots were counted
   */
  TaskRates rates(double seconds) {
    return new TaskRates(
        recentlySubmitted.sum() / seconds,
        recentlyCompleted.sum() / seconds,
        recentlyFailed.sum() / seconds);
  }
}
