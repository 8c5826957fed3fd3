package tasknet.wire;

import java.net.InetSocketAddress;

/**
 * Carries datagrams, with all the faults of UDP: the seam at which tests put a {@code LossyLink}.
 * Opened by {@link #start}, which is called once.
 */
public interface DatagramLink extends AutoCloseable {
  /** Begins to receive. */
  void start(Receiver receiver);

  /**
   * Sends one datagram, or loses it. May be called by any thread.
   *
   * @param data its bytes, from 0 to {@code length}; the caller may reuse the array afterwards
   */
  void send(InetSocketAddress to, byte[] data, int length);

  /** The address that is bound, once started. */
  InetSocketAddress address();

  @Override
  void close();

  /** Takes what arrives, on the link's own thread. */
  interface Receiver {
    /**
     * One datagram.
     *
     * @param data valid during the call only, from 0 to {@code length}
     */
    void received(InetSocketAddress from, byte[] data, int length);
  }
}
