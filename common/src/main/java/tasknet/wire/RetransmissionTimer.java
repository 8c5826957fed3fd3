package tasknet.wire;

import java.util.random.RandomGenerator;

/**
 * When a request is sent again: first after the peer's timeout times a random factor of 1 to 1.5,
 * then after twice as long each time, up to a cap; after five retransmissions it is given up. Pure:
 * told the time, it sends nothing itself.
 */
public final class RetransmissionTimer {
  /** How often a request is sent again before it is given up. */
  public static final int MAX_RETRANSMISSIONS = 5;

  private long interval;
  private long dueAt;
  private int retransmissions;

  /**
   * Starts with the first transmission.
   *
   * @param timeout of the peer, in nanoseconds; see {@link RttEstimator#timeout()}
   * @param now on the nano clock
   */
  public RetransmissionTimer(long timeout, long now, RandomGenerator random) {
    interval = Math.min((long) (timeout * (1 + random.nextDouble() / 2)), RttEstimator.CAP);
    dueAt = now + interval;
  }

  /** When to act next, on the nano clock. */
  public long dueAt() {
    return dueAt;
  }

  /** How often the request was sent again so far. */
  public int retransmissions() {
    return retransmissions;
  }

  /**
   * To be called when it is due.
   *
   * @return true to send again, false to give up
   */
  public boolean retransmit(long now) {
    if (retransmissions == MAX_RETRANSMISSIONS) {
      return false;
    }
    retransmissions++;
    interval = Math.min(2 * interval, RttEstimator.CAP);
    dueAt = now + interval;
    return true;
  }
}
