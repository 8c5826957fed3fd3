package tasknet.devtools.bench;

import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.NOPLogger;
import tasknet.wire.DatagramLink;
import tasknet.wire.LinkCounters;
import tasknet.wire.UdpLink;

/**
 * A way to one worker on which datagrams are lost, in both directions, on this machine. It has the
 * worker's port at another loopback address, which the worker tells others as its own.
 */
final class LossyPath implements AutoCloseable {
  /** Where the path begins; the worker is at {@link #WORKER}. Linux has all of 127.0.0.0/8. */
  static final String ENTRANCE = "127.0.0.2";

  static final String WORKER = "127.0.0.1";

  private final double loss;
  private final DatagramLink entrance;
  private final DatagramLink exit;
  private volatile @Nullable InetSocketAddress dispatcher;

  /**
   * @param loss the probability with which a datagram is lost
   */
  LossyPath(double loss) {
    this.loss = loss;
    this.entrance = link(ENTRANCE);
    this.exit = link(WORKER);
  }

  /**
   * Opens it.
   *
   * @return the port that the worker must have
   */
  int start() {
    // The exit first: what comes in at once is to go on. Its worker has the entrance's port.
    exit.start(
        (_, data, length) -> {
          InetSocketAddress to = dispatcher;
          if (to != null && isKept()) {
            entrance.send(to, data, length);
          }
        });
    entrance.start(
        (from, data, length) -> {
          dispatcher = from;
          if (isKept()) {
            exit.send(
                new InetSocketAddress(exit.address().getAddress(), entrance.address().getPort()),
                data,
                length);
          }
        });
    return entrance.address().getPort();
  }

  @Override
  public void close() {
    entrance.close();
    exit.close();
  }

  private boolean isKept() {
    return ThreadLocalRandom.current().nextDouble() >= loss;
  }

  private static DatagramLink link(String address) {
    return new UdpLink(
        new InetSocketAddress(address, 0),
        UdpLink.MAX_DATAGRAM,
        new LinkCounters(),
        NOPLogger.NOP_LOGGER);
  }
}
