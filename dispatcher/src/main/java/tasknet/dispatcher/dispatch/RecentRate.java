package tasknet.dispatcher.dispatch;

/**
 * How often something happened lately, on average in a second. What is longer ago weighs less:
 * after 15 seconds a third, after a minute next to nothing. For one thread.
 */
final class RecentRate {
  private static final double SPAN = 15e9;

  /** What happens just after the start would look like much. */
  private static final double LEAST_AGE = 1e9;

  private final long startedAt;
  private double weight;
  private long weighedAt;

  /**
   * @param now on the nano clock
   */
  RecentRate(long now) {
    this.startedAt = now;
    this.weighedAt = now;
  }

  /** It happened. */
  void happened(long now) {
    weigh(now);
    weight++;
  }

  /** Times a second; of a start that is less than 15 seconds ago only since then. */
  double perSecond(long now) {
    weigh(now);
    double age = Math.max(LEAST_AGE, (double) (now - startedAt));
    return weight / (SPAN * -Math.expm1(-age / SPAN)) * 1e9;
  }

  private void weigh(long now) {
    weight *= Math.exp((double) (weighedAt - now) / SPAN);
    weighedAt = now;
  }
}
