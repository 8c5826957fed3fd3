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
   * The address to tell others for a socket that is bound to {@code bound}: that one, or for all
   * addresses the one from which the server is reached.
   *
   * @param server one that those others reach, too
   * @throws IOException if there is no way to the server, or others cannot reach what is bound
   */
  public static String toTell(InetAddress bound, URI server) throws IOException {
    if (!bound.isAnyLocalAddress() && !bound.isLoopbackAddress()) {
      return bound.getHostAddress();
    }
    String towards = towards(server);
    if (bound.isLoopbackAddress() && !InetAddress.ofLiteral(towards).isLoopbackAddress()) {
      throw new IOException(
          "TASKNET_BIND_ADDRESS is "
              + bound.getHostAddress()
              + ", which only this machine reaches, but "
              + server
              + " is on another; set TASKNET_BIND_ADDRESS to "
              + towards
              + ", or to 0.0.0.0 for all addresses");
    }
    return towards;
  }

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
