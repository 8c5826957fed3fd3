package tasknet.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;

/**
 * The requests that wait for their acknowledgement, at most one for each attempt. Sends nothing
 * itself: {@link #poll} tells what is to be sent again and what is to be given up. For one thread.
 */
public final class Exchanges {
  private static final long NANOS_IN_A_MICRO = 1_000;

  private final LinkCounters counters;
  private final RandomGenerator random;
  private final Map<AttemptId, Exchange> open = new HashMap<>();

  // Ended exchanges stay here until they are due; that is soon, and cheaper than to search them.
  private final PriorityQueue<Exchange> byTime =
      new PriorityQueue<>((one, other) -> Long.signum(one.timer.dueAt() - other.timer.dueAt()));

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

  /** A request has been sent for the first time; an open one of the same attempt is forgotten. */
  public void begin(Peer peer, Message request, long now) {
    Exchange exchange = new Exchange(peer, request, now, random);
    open.put(request.attempt(), exchange);
    byTime.add(exchange);
  }

  /**
   * An acknowledgement has arrived.
   *
   * @return whether a request of that attempt was open
   */
  public boolean acknowledge(AttemptId attempt, long now) {
    Exchange exchange = open.remove(attempt);
    if (exchange == null) {
      return false;
    }
    if (exchange.timer.retransmissions() == 0 && !exchange.sentAgain) {
      exchange.peer.rtt().sample(now - exchange.sentAt);
      counters.roundTrips().record((now - exchange.sentAt) / NANOS_IN_A_MICRO);
    }
    return true;
  }

  /** The request was sent again by someone else: nothing can be learned from its answer. */
  public void sentAgain(AttemptId attempt) {
    Exchange exchange = open.get(attempt);
    if (exchange != null) {
      exchange.sentAgain = true;
    }
  }

  /** Forgets an exchange without learning from it. */
  public void abandon(AttemptId attempt) {
    open.remove(attempt);
  }

  /** The request of an attempt that is not acknowledged, or null. */
  public @Nullable Message request(AttemptId attempt) {
    Exchange exchange = open.get(attempt);
    return exchange == null ? null : exchange.request;
  }

  /** How many requests wait for their acknowledgement. */
  public int size() {
    return open.size();
  }

  /** Hands out what is due: requests to send again, and those that are given up and forgotten. */
  public void poll(long now, Due due) {
    for (Exchange exchange = byTime.peek();
        exchange != null && exchange.timer.dueAt() - now <= 0;
        exchange = byTime.peek()) {
      byTime.remove();
      if (open.get(exchange.request.attempt()) == exchange) {
        if (exchange.timer.retransmit(now)) {
          byTime.add(exchange);
          exchange.backOff();
          due.retransmit(exchange.peer, exchange.request);
        } else {
          open.remove(exchange.request.attempt());
          due.giveUp(exchange.peer, exchange.request);
        }
      }
    }
  }

  /** When {@link #poll} is to be called next, on the nano clock; null for not at all. */
  public @Nullable Long nextDue() {
    Exchange next = byTime.peek();
    return next == null ? null : next.timer.dueAt();
  }

  /** What {@link #poll} finds. */
  public interface Due {
    void retransmit(Peer peer, Message request);

    void giveUp(Peer peer, Message request);
  }

  private static final class Exchange {
    private final Peer peer;
    private final Message request;
    private final long sentAt;
    private final long timeout;
    private final RetransmissionTimer timer;
    private boolean sentAgain;

    Exchange(Peer peer, Message request, long sentAt, RandomGenerator random) {
      this.peer = peer;
      this.request = request;
      this.sentAt = sentAt;
      this.timeout = peer.rtt().timeout();
      this.timer = new RetransmissionTimer(timeout, sentAt, random);
    }

    /** From its own first timeout, so that many lost together count as one loss. */
    void backOff() {
      peer.rtt().backOff(timeout << timer.retransmissions());
    }
  }
}
