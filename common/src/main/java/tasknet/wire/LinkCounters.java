package tasknet.wire;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import tasknet.runtime.Histogram;

/** Counts what goes over a link. Safe for use by several threads. */
public final class LinkCounters {
  private final LongAdder datagramsSent = new LongAdder();
  private final LongAdder messagesSent = new LongAdder();
  private final LongAdder datagramsReceived = new LongAdder();
  private final LongAdder messagesReceived = new LongAdder();
  private final LongAdder retransmitted = new LongAdder();
  private final Histogram roundTrips =
      Histogram.ofDurations(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 4);
  private final Map<Drop, LongAdder> dropped = new EnumMap<>(Drop.class);

  public LinkCounters() {
    for (Drop reason : Drop.values()) {
      dropped.put(reason, new LongAdder());
    }
  }

  void sent(int messages) {
    datagramsSent.increment();
    messagesSent.add(messages);
  }

  void received(int messages) {
    datagramsReceived.increment();
    messagesReceived.add(messages);
  }

  /** A message was sent again. */
  public void countRetransmission() {
    retransmitted.increment();
  }

  /** Something went nowhere. */
  public void countDrop(Drop reason) {
    adder(reason).increment();
  }

  /** From requests that were sent once to their acknowledgements; recorded by one thread. */
  public Histogram roundTrips() {
    return roundTrips;
  }

  public long datagramsSent() {
    return datagramsSent.sum();
  }

  public long messagesSent() {
    return messagesSent.sum();
  }

  public long datagramsReceived() {
    return datagramsReceived.sum();
  }

  public long messagesReceived() {
    return messagesReceived.sum();
  }

  public long retransmissions() {
    return retransmitted.sum();
  }

  public long dropped(Drop reason) {
    return adder(reason).sum();
  }

  private LongAdder adder(Drop reason) {
    return java.util.Objects.requireNonNull(dropped.get(reason));
  }
}
