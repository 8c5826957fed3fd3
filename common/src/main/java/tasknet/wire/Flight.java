package tasknet.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a peer was sent and has not acknowledged, in the order of sending. The exchanges themselves
 * are the links, so that taking one out needs no search.
 */
final class Flight {
  private @Nullable Exchange first;
  private @Nullable Exchange last;

  /** The one that was sent first; null for none. */
  @Nullable Exchange first() {
    return first;
  }

  /** The one that was sent last; null for none. */
  @Nullable Exchange last() {
    return last;
  }

  /** One that is not in here was sent now. */
  void add(Exchange exchange) {
    exchange.inFlight = true;
    exchange.sentBefore = last;
    if (last == null) {
      first = exchange;
    } else {
      last.sentAfter = exchange;
    }
    last = exchange;
  }

  /** Takes one out, if it is in here. */
  void remove(Exchange exchange) {
    if (!exchange.inFlight) {
      return;
    }
    Exchange before = exchange.sentBefore;
    Exchange after = exchange.sentAfter;
    if (before == null) {
      first = after;
    } else {
      before.sentAfter = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.sentBefore = before;
    }
    exchange.inFlight = false;
    exchange.sentBefore = null;
    exchange.sentAfter = null;
  }
}
