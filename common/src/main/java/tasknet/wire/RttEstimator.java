package tasknet.wire;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait for a peer's acknowledgement, learned from how long it took before: the smoothed
 * round-trip time and four times its variation, between a floor and a cap.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6298">RFC 6298</a>
 */
public final class RttEstimator {
  static final long FIRST_TIMEOUT = Duration.ofMillis(333).toNanos();
  static final long FLOOR = Duration.ofMillis(50).toNanos();
  static final long PROBE_FLOOR = Duration.ofMillis(2).toNanos();
  static final long CAP = Duration.ofSeconds(4).toNanos();

  private long smoothed = -1;
  private long variation;
  private long backedOff;

  /**
   * Learns from one exchange. By Karn's rule only from one whose request was sent once: otherwise
   * nobody knows which of its copies was acknowledged.
   *
   * @param roundTrip in nanoseconds
   */
  public void sample(long roundTrip) {
    backedOff = 0;
    if (smoothed < 0) {
      smoothed = roundTrip;
      variation = roundTrip / 2;
    } else {
      variation = (3 * variation + Math.abs(smoothed - roundTrip)) / 4;
      smoothed = (7 * smoothed + roundTrip) / 8;
    }
  }

  /**
   * A request was not acknowledged within a timeout that was given before: until the next sample no
   * timeout is shorter than this one. Without it, a peer that always answers later than its timeout
   * would never yield a sample, because Karn's rule forbids all of them.
   *
   * @param longer in nanoseconds
   */
  void backOff(long longer) {
    backedOff = Math.max(backedOff, Math.min(longer, CAP));
  }

  /** The retransmission timeout, in nanoseconds. */
  public long timeout() {
    long learned = smoothed < 0 ? FIRST_TIMEOUT : Math.clamp(smoothed + 4 * variation, FLOOR, CAP);
    return Math.max(learned, backedOff);
  }

  /**
   * After which silence a peer is sent one request again, in nanoseconds: the timeout with a much
   * lower floor, because it is one message and not all that are open. Before the first sample as
   * long as can be.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9002#section-6.2.1">RFC 9002, probe timeout</a>
   */
  long probeTimeout() {
    return smoothed < 0 ? CAP : Math.clamp(smoothed + 4 * variation, PROBE_FLOOR, CAP);
  }

  /** Whether an answer after that many nanoseconds is much too early for this peer. */
  boolean isTooEarly(long roundTrip) {
    return smoothed < 0 || roundTrip < smoothed / 2;
  }

  /** The smoothed round-trip time, or null before the first sample. */
  public @Nullable Duration roundTrip() {
    return smoothed < 0 ? null : Duration.ofNanos(smoothed);
  }
}
