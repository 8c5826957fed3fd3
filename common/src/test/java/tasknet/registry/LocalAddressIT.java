package tasknet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;

class LocalAddressIT {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress ALL = InetAddress.ofLiteral("0.0.0.0");
  private static final URI HERE = URI.create("http://127.0.0.1:5001");

  /** Routed like any foreign address; nothing is ever sent to it (RFC 5737). */
  private static final URI ELSEWHERE = URI.create("http://192.0.2.1:5001");

  @Test
  void aSocketForAllAddressesTellsTheOneThatFacesTheServer() throws IOException {
    assertThat(LocalAddress.toTell(ALL, HERE)).isEqualTo("127.0.0.1");
    assertThat(LocalAddress.toTell(ALL, ELSEWHERE)).isNotIn("127.0.0.1", "0.0.0.0");
  }

  @Test
  void aSocketForOneAddressTellsThatOne() throws IOException {
    assertThat(LocalAddress.toTell(InetAddress.ofLiteral("192.0.2.7"), HERE))
        .isEqualTo("192.0.2.7");
    assertThat(LocalAddress.toTell(LOOPBACK, HERE)).isEqualTo("127.0.0.1");
  }

  @Test
  void loopbackIsNotToldToAServerOnAnotherMachine() {
    assertThatThrownBy(() -> LocalAddress.toTell(LOOPBACK, ELSEWHERE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("TASKNET_BIND_ADDRESS is 127.0.0.1")
        .hasMessageContaining("0.0.0.0 for all addresses");
  }
}
