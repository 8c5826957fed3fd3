package tasknet.wire;

import java.net.InetSocketAddress;
import java.util.Objects;

/** The other end of exchanges: its address, which may change, and its round-trip time. */
public final class Peer {
  private final String name;
  private final RttEstimator rtt = new RttEstimator();
  private InetSocketAddress address;

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

  @Override
  public String toString() {
    return name + "@" + address;
  }
}
