package tasknet.wire;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A link without a network: keeps what is sent, and hands in what a test says. */
final class MemoryLink implements DatagramLink {
  static final InetSocketAddress ELSEWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 7);

  final List<Sent> sent = new ArrayList<>();
  private @Nullable Receiver receiver;

  record Sent(InetSocketAddress to, String text) {
    int length() {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  @Override
  public void start(Receiver takes) {
    receiver = takes;
  }

  @Override
  public void send(InetSocketAddress to, byte[] data, int length) {
    sent.add(new Sent(to, new String(data, 0, length, StandardCharsets.UTF_8)));
  }

  void arrives(byte[] datagram) {
    arrives(ELSEWHERE, datagram);
  }

  void arrives(InetSocketAddress from, byte[] datagram) {
    // The array is longer than the datagram, as a receive buffer is.
    byte[] data = Arrays.copyOf(datagram, datagram.length + 50);
    Arrays.fill(data, datagram.length, data.length, (byte) '{');
    Objects.requireNonNull(receiver).received(from, data, datagram.length);
  }

  void arrives(String datagram) {
    arrives(datagram.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public InetSocketAddress address() {
    return ELSEWHERE;
  }

  @Override
  public void close() {}
}
