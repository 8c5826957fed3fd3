package tasknet.dispatcher.dispatch;

import tasknet.task.TaskRates;

/**
 * What happened to the tasks of one type: lately, for the loop's thread, and since the start, for
 * any.
 */
public final class TypeActivity {
  final RecentTimes recentWait = new RecentTimes();
  final RecentTimes recentRun = new RecentTimes();
  final RecentTimes recentTotal = new RecentTimes();
  private final RecentCount recentlySubmitted = new RecentCount();
  private final RecentCount recentlyCompleted = new RecentCount();
  private final RecentCount recentlyFailed = new RecentCount();
  private final TimeHistogram wait = new TimeHistogram();
  private final TimeHistogram completed = new TimeHistogram();
  private final TimeHistogram failed = new TimeHistogram();
  private final TimeHistogram total = new TimeHistogram();

  TypeActivity() {}

  /** From when tasks were queued until their attempts began. */
  public TimeHistogram waits() {
    return wait;
  }

  /** How long attempts took that were completed. */
  public TimeHistogram completedAttempts() {
    return completed;
  }

  /** How long attempts took that failed or were lost. */
  public TimeHistogram failedAttempts() {
    return failed;
  }

  /** From when tasks were submitted until they ended. */
  public TimeHistogram totals() {
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
