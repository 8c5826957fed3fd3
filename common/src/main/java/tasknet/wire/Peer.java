package tasknet.wire;

import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * The other end of exchanges: its address, which may change, its round-trip time, and how many
 * requests it was sent. For one thread.
 */
public final class Peer {
  private final String name;
  private final RttEstimator rtt = new RttEstimator();
  private final Flight flight = new Flight();
  private final TailLossProbe tail = new TailLossProbe(rtt, flight);
  private InetSocketAddress address;
  private long sent;
  private long retransmissions;

  public Peer(String name, InetSocketAddress address) {
    this.name = name;
    this.address = Objects.requireNonNull(address);
  }

  public String name() {
    return name;
  }

  public InetSocketAddress address() {
    return address;
  }

  /** From now on it is reached there. */
  public void moveTo(InetSocketAddress newAddress) {
    address = newAddress;
  }

  public RttEstimator rtt() {
    return rtt;
  }

  /** How many requests it was sent; one that was sent again counts once. */
  public long sent() {
    return sent;
  }

  /** How often it was sent a request again. */
  public long retransmissions() {
    return retransmissions;
  }

  /** What it was sent and has not acknowledged, the one that was sent first at the beginning. */
  Flight flight() {
    return flight;
  }

  TailLossProbe tail() {
    return tail;
  }

  void countSent() {
    sent++;
  }

  void countRetransmission() {
    retransmissions++;
  }

  @Override
  public String toString() {
    return name + "@" + address;
  }
}
