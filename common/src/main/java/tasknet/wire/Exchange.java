package tasknet.wire;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for its acknowledgement, and when it is sent again. {@link Exchanges} makes
 * it, and is told what becomes of it.
 */
public final class Exchange extends WheelTimer {
  /** How often a request is sent again before its timer says so. */
  static final int MAX_EARLY = 3;

  final Peer peer;
  final Message request;
  private final long timeout;
  private final RetransmissionTimer timer;
  private long sentAt;
  private int early;
  private boolean repeated;
  private boolean ended;

  // ---- its place in the flight of its peer -----------------------------------------------------

  boolean inFlight;
  @Nullable Exchange sentBefore;
  @Nullable Exchange sentAfter;

  Exchange(Peer peer, Message request, long now, RandomGenerator random) {
    this.peer = peer;
    this.request = request;
    this.sentAt = now;
    this.timeout = peer.rtt().timeout();
    this.timer = new RetransmissionTimer(timeout, now, random);
  }

  /** When it was sent for the last time, on the nano clock. */
  long sentAt() {
    return sentAt;
  }

  /** When its timer is due, on the nano clock. */
  @Override
  long dueAt() {
    return timer.dueAt();
  }

  /** Whether it was sent more than once, so that nobody knows which copy is acknowledged. */
  boolean isRepeated() {
    return repeated;
  }

  /** Nobody waits for its acknowledgement any more. */
  void end() {
    ended = true;
    peer.flight().remove(this);
  }

  /** Whether its acknowledgement is waited for. */
  public boolean isOpen() {
    return !ended;
  }

  /** Somebody else has sent it again. */
  void repeat() {
    repeated = true;
  }

  /**
   * To be called when its timer is due.
   *
   * @return true to send it again, false to give it up
   */
  boolean retransmit(long now) {
    if (!timer.retransmit(now)) {
      return false;
    }
    sendAgain(now);
    // From its own first timeout, so that many lost together count as one loss.
    peer.rtt().backOff(timeout << timer.retransmissions());
    return true;
  }

  /** It is lost, and is sent again now; its timer goes on. */
  void retransmitEarly(long now) {
    early++;
    sendAgain(now);
  }

  private void sendAgain(long now) {
    repeated = true;
    sentAt = now;
    peer.flight().remove(this);
    if (early < MAX_EARLY) {
      peer.flight().add(this);
    }
    peer.tail().sending(now);
    peer.countRetransmission();
  }
}
