package tasknet.dispatcher.dispatch;

/** When whoever found a queue full may try again, in whole seconds. */
final class RetryAfter {
  /** When nothing leaves the queue, nobody knows. */
  static final int UNKNOWN = 60;

  private static final int MOST = 300;

  /** Below this a rate is the rest of what was a minute ago. */
  private static final double NOTHING = 0.001;

  private RetryAfter() {}

  /**
   * How long it takes until there is a place.
   *
   * @param tooMany how many must leave before one may come; at least 1
   * @param perSecond how many leave
   */
  static int seconds(long tooMany, double perSecond) {
    if (perSecond < NOTHING) {
      return UNKNOWN;
    }
    return (int) Math.clamp(Math.ceil(tooMany / perSecond), 1, MOST);
  }
}
