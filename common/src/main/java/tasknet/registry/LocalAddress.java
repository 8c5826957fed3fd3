package tasknet.registry;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** Which of this machine's addresses others see. */
public final class LocalAddress {
  private static final int ANY_PORT = 9;

  private LocalAddress() {}

  /**
   * The address from which a server is reached. Nothing is sent: connecting a datagram socket only
   * asks the system for the route.
   *
   * @throws IOException if the server's host has no address, or there is no way to it
   */
  public static String towards(URI server) throws IOException {
    InetSocketAddress remote = new InetSocketAddress(server.getHost(), ANY_PORT);
    if (remote.isUnresolved()) {
      throw new UnknownHostException("no address is known of the host " + server.getHost());
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(remote);
      InetAddress local = socket.getLocalAddress();
      if (local.isAnyLocalAddress()) {
        throw new IOException("there is no way to " + server.getHost());
      }
      return local.getHostAddress();
    }
  }
}
