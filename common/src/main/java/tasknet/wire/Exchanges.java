package tasknet.wire;

import java.util.ArrayDeque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for their acknowledgement. Sends nothing itself: {@link #poll} tells what
 * is to be sent again and what is to be given up. For one thread.
 *
 * <p>A request is sent again when its timer says so, or as soon as its peer has acknowledged one
 * that was sent clearly later. So that there is one, a silent peer is sent the last one again.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9002#section-6.1.2">RFC 9002, time threshold</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8985#section-6.2">RFC 8985, what the
 *     acknowledgement of a repeated segment tells</a>
 */
public final class Exchanges {
  private static final long NANOS_IN_A_MICRO = 1_000;

  /** One that overtakes another by more than an eighth of its round trip was not just faster. */
  private static final int REORDERING = 8;

  private final LinkCounters counters;
  private final RandomGenerator random;
  private final ArrayDeque<Exchange> lost = new ArrayDeque<>();
  private final TimerWheel timers = new TimerWheel();
  private int open;

  public Exchanges(RandomGenerator random) {
    this(random, new LinkCounters());
  }

  /**
   * @param counters told of round-trip times
   */
  public Exchanges(RandomGenerator random, LinkCounters counters) {
    this.counters = counters;
    this.random = random;
  }

  /** A request has been sent for the first time. */
  public Exchange begin(Peer peer, Message request, long now) {
    peer.countSent();
    Exchange exchange = new Exchange(peer, request, now, random);
    open++;
    peer.flight().add(exchange);
    timers.add(exchange);
    peer.tail().sending(now);
    watch(peer.tail());
    return exchange;
  }

  /**
   * An acknowledgement has arrived.
   *
   * @param exchange null for none
   * @return whether it was waited for
   */
  public boolean acknowledge(@Nullable Exchange exchange, long now) {
    if (exchange == null || !exchange.isOpen()) {
      return false;
    }
    end(exchange);
    Peer peer = exchange.peer;
    long roundTrip = now - exchange.sentAt();
    boolean once = !exchange.isRepeated();
    if (once) {
      peer.rtt().sample(roundTrip);
      counters.roundTrips().record(roundTrip / NANOS_IN_A_MICRO);
    }
    if (once || !peer.rtt().isTooEarly(roundTrip)) { // else an earlier copy was acknowledged
      findLost(peer, exchange.sentAt() - roundTrip / REORDERING);
    }
    peer.tail().acknowledged(now, once);
    watch(peer.tail());
    return true;
  }

  /** The request was sent again by someone else: its answer tells no round trip. */
  public void sentAgain(Exchange exchange) {
    exchange.peer.countRetransmission();
    exchange.repeat();
  }

  /** Forgets an exchange without learning from it; null, or one that is over, changes nothing. */
  public void abandon(@Nullable Exchange exchange) {
    if (exchange != null && exchange.isOpen()) {
      end(exchange);
    }
  }

  /** How many requests wait for their acknowledgement. */
  public int size() {
    return open;
  }

  /** Hands out what is due: requests to send again, and those that are given up and forgotten. */
  public void poll(long now, Due due) {
    for (Exchange exchange = lost.poll(); exchange != null; exchange = lost.poll()) {
      if (exchange.isOpen()) {
        retransmitEarly(exchange, now, due);
      }
    }
    timers.poll(
        now,
        timer -> {
          switch (timer) {
            case Exchange exchange -> rings(exchange, now, due);
            case TailLossProbe tail -> rings(tail, now, due);
          }
        });
  }

  private void rings(TailLossProbe tail, long now, Due due) {
    Exchange last = tail.ring(now);
    if (last != null) {
      retransmitEarly(last, now, due);
    }
    watch(tail);
  }

  private static void retransmitEarly(Exchange exchange, long now, Due due) {
    exchange.retransmitEarly(now);
    due.retransmit(exchange.peer, exchange.request);
  }

  private void rings(Exchange exchange, long now, Due due) {
    if (!exchange.isOpen()) {
      return; // it was ended by what was done about another one
    }
    if (exchange.retransmit(now)) {
      timers.add(exchange);
      due.retransmit(exchange.peer, exchange.request);
    } else {
      end(exchange);
      due.giveUp(exchange.peer, exchange.request);
    }
  }

  /** When {@link #poll} is to be called next, on the nano clock; null for not at all. */
  public @Nullable Long nextDue() {
    Exchange first = lost.peek();
    if (first != null) {
      return first.sentAt();
    }
    return timers.nextDue();
  }

  /** What {@link #poll} finds. */
  public interface Due {
    void retransmit(Peer peer, Message request);

    void giveUp(Peer peer, Message request);
  }

  /** Waits for the silence of a peer, if that is wanted and is not waited for yet. */
  private void watch(TailLossProbe tail) {
    if (tail.slot < 0 && tail.set()) {
      timers.add(tail);
    }
  }

  /** What was sent to a peer before that, and is still open, is lost. */
  private void findLost(Peer peer, long before) {
    Flight flight = peer.flight();
    for (Exchange first = flight.first();
        first != null && first.sentAt() - before < 0;
        first = flight.first()) {
      flight.remove(first);
      lost.add(first);
    }
  }

  private void end(Exchange exchange) {
    exchange.end();
    timers.remove(exchange);
    open--;
    Peer peer = exchange.peer;
    if (peer.flight().last() == null) {
      timers.remove(peer.tail()); // or the loop would be woken for nothing
    }
  }
}
