package tasknet.dispatcher.dispatch;

/**
 * Limits how often something happens: {@code rate} times a second on average, and that many times
 * at once after a pause, at least once. Over any time t it happens at most {@code rate * t + max(1,
 * rate)} times. For one thread.
 */
final class TokenBucket {
  private static final double SECOND = 1e9;

  /** Sums of fractions come out a little below the whole. */
  private static final double WHOLE = 1 - 1e-6;

  private double rate;
  private double most;
  private double tokens;
  private long filledAt;

  /**
   * @param rate a second; above 0
   * @param now on the nano clock
   */
  TokenBucket(double rate, long now) {
    this.rate = rate;
    this.most = Math.max(1, rate);
    this.tokens = most;
    this.filledAt = now;
  }

  /** One that has happened as often as it may. */
  static TokenBucket empty(double rate, long now) {
    TokenBucket bucket = new TokenBucket(rate, now);
    bucket.tokens = 0;
    return bucket;
  }

  /** From now on another rate holds; what could happen at once does not become more. */
  void change(double next, long now) {
    fill(now);
    rate = next;
    most = Math.max(1, next);
    tokens = Math.min(tokens, most);
  }

  /** When it may happen next: now, or later; on the nano clock. */
  long next(long now) {
    fill(now);
    return tokens >= WHOLE ? now : now + (long) Math.ceil((1 - tokens) / rate * SECOND);
  }

  /** It happens. */
  void take(long now) {
    fill(now);
    tokens = Math.max(0, tokens - 1);
  }

  private void fill(long now) {
    tokens = Math.min(most, tokens + (now - filledAt) / SECOND * rate);
    filledAt = now;
  }
}
