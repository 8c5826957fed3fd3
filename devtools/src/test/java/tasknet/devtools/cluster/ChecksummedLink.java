package tasknet.devtools.cluster;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import tasknet.wire.DatagramLink;

/**
 * Drops what was damaged on the way. On a real network the checksum of UDP does that, below the
 * socket; a {@code LossyLink} damages above it.
 */
final class ChecksummedLink implements DatagramLink {
  /** How many bytes it adds to a datagram. */
  static final int BYTES = 8;

  private final DatagramLink link;
  private final AtomicLong damaged = new AtomicLong();

  ChecksummedLink(DatagramLink link) {
    this.link = link;
  }

  /** How many were dropped. */
  long damaged() {
    return damaged.get();
  }

  @Override
  public void start(Receiver receiver) {
    link.start(
        (from, data, length) -> {
          int body = length - BYTES;
          if (body >= 0 && Arrays.equals(checksum(data, body), 0, BYTES, data, body, length)) {
            receiver.received(from, data, body);
          } else {
            damaged.incrementAndGet();
          }
        });
  }

  @Override
  public void send(InetSocketAddress to, byte[] data, int length) {
    byte[] whole = Arrays.copyOf(data, length + BYTES);
    System.arraycopy(checksum(data, length), 0, whole, length, BYTES);
    link.send(to, whole, whole.length);
  }

  @Override
  public InetSocketAddress address() {
    return link.address();
  }

  @Override
  public void close() {
    link.close();
  }

  private static byte[] checksum(byte[] data, int length) {
    CRC32C sum = new CRC32C();
    sum.update(data, 0, length);
    return java.nio.ByteBuffer.allocate(BYTES).putLong(sum.getValue()).array();
  }
}
