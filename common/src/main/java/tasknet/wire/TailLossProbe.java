package tasknet.wire;

import org.jspecify.annotations.Nullable;

/**
 * When to send a silent peer again what it was sent last. What is lost is found by what comes later
 * and is acknowledged; of the last ones nothing comes later, and without this they would wait for
 * their timers. It is due once the peer was sent nothing and has acknowledged nothing for its probe
 * timeout, then after twice as long each time.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8985#section-7">RFC 8985, tail loss probe</a>
 */
final class TailLossProbe extends WheelTimer {
  private final RttEstimator rtt;
  private final Flight flight;
  private long activeAt;
  private long dueAt;
  private int sent;

  TailLossProbe(RttEstimator rtt, Flight flight) {
    this.rtt = rtt;
    this.flight = flight;
  }

  @Override
  long dueAt() {
    return dueAt;
  }

  /** The peer is sent something. */
  void sending(long now) {
    activeAt = now;
  }

  /**
   * The peer has acknowledged something.
   *
   * @param sampled whether its round trip was learned; until then the wait stays as long as it is,
   *     or a peer that always answers later would be sent everything twice and never be learned
   */
  void acknowledged(long now, boolean sampled) {
    activeAt = now;
    sent = sampled ? 0 : sent;
  }

  /**
   * Sets when it is due.
   *
   * @return whether it is wanted: something is in flight, and its timer would ring later
   */
  boolean set() {
    dueAt = activeAt + patience();
    return flight.last() != null && patience() < rtt.timeout();
  }

  /**
   * To be called when it is due.
   *
   * @return what is to be sent again; null for nothing, because the peer was not silent
   */
  @Nullable Exchange ring(long now) {
    Exchange last = flight.last();
    if (last == null || activeAt + patience() - now > 0) {
      return null;
    }
    sent++;
    return last;
  }

  /** How long the peer may be silent. */
  private long patience() {
    return rtt.probeTimeout() << sent;
  }
}
