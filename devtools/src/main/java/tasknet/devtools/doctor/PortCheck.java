package tasknet.devtools.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import tasknet.devtools.doctor.Finding.Fail;
import tasknet.devtools.doctor.Finding.Ok;

/**
 * A TCP port that a service listens at.
 *
 * @param service its name
 * @param otherwise how to choose another port
 */
public record PortCheck(String service, int port, String otherwise, PortOwners owners)
    implements Check {
  @Override
  public String name() {
    return "Port " + port;
  }

  @Override
  public Finding look() throws InterruptedException {
    // Both, because some systems let a program take the one while another has the other.
    if (isFree(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        && isFree(new InetSocketAddress(port))) {
      return new Ok("free, for " + service);
    }
    Optional<PortOwner> owner = owners.of(port);
    if (owner.isPresent() && owner.get().tasknet()) {
      return new Ok("taken by Tasknet itself: " + owner.get().name());
    }
    return new Fail(
        "taken by " + owner.map(PortOwner::name).orElse("a program that only root can see"),
        "stop it, or choose another port for " + service + ": " + otherwise);
  }

  private static boolean isFree(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(address);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
