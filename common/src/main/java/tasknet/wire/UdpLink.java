package tasknet.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Datagrams over a UDP socket. A platform thread receives, because an interrupt in a virtual thread
 * would close the socket; it reads into one byte more than allowed, because a buffer that is too
 * small cuts a datagram off without a word.
 */
public final class UdpLink implements DatagramLink {
  /** The largest datagram that UDP over IPv4 can carry, in bytes. */
  public static final int MAX_DATAGRAM = 65_507;

  private static final int SOCKET_BUFFER = 4 * 1024 * 1024;

  private final InetSocketAddress bind;
  private final int maxDatagram;
  private final LinkCounters counters;
  private final Logger log;
  private @Nullable DatagramChannel channel;
  private @Nullable Thread thread;
  private volatile boolean sendFailing;

  /**
   * @param bind the address to listen at; port 0 for any free one
   * @param maxDatagram the longest datagram that is received, in bytes
   */
  public UdpLink(InetSocketAddress bind, int maxDatagram, LinkCounters counters, Logger log) {
    this.bind = bind;
    this.maxDatagram = maxDatagram;
    this.counters = counters;
    this.log = log;
  }

  /**
   * @throws UncheckedIOException if the port cannot be bound
   */
  @Override
  public void start(Receiver receiver) {
    try {
      DatagramChannel opened = DatagramChannel.open();
      channel = opened;
      int receiveBuffer = ask(opened, StandardSocketOptions.SO_RCVBUF);
      int sendBuffer = ask(opened, StandardSocketOptions.SO_SNDBUF);
      opened.bind(bind);
      log.info(
          "udp listens at {} with socket buffers of {} (receive) and {} bytes (send), asked for {}",
          opened.getLocalAddress(),
          receiveBuffer,
          sendBuffer,
          SOCKET_BUFFER);
      thread =
          Thread.ofPlatform().name("udp-receive").daemon().start(() -> receive(opened, receiver));
    } catch (IOException e) {
      throw new UncheckedIOException("udp " + bind + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void send(InetSocketAddress to, byte[] data, int length) {
    DatagramChannel open = channel;
    if (open == null) {
      throw new IllegalStateException("not started");
    }
    try {
      open.send(ByteBuffer.wrap(data, 0, length), to);
      sendFailing = false;
    } catch (ClosedChannelException e) {
      counters.countDrop(Drop.SEND_FAILED);
    } catch (IOException | UnresolvedAddressException e) {
      counters.countDrop(Drop.SEND_FAILED);
      if (!sendFailing) {
        sendFailing = true;
        log.warn("udp cannot send to {}: {}", to, e.toString());
      }
    }
  }

  @Override
  public InetSocketAddress address() {
    try {
      if (channel != null && channel.getLocalAddress() instanceof InetSocketAddress address) {
        return address;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("not started");
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
      if (thread != null && thread != Thread.currentThread()) {
        thread.join();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void receive(DatagramChannel open, Receiver receiver) {
    byte[] data = new byte[maxDatagram + 1];
    ByteBuffer buffer = ByteBuffer.wrap(data);
    while (open.isOpen()) {
      try {
        buffer.clear();
        InetSocketAddress from = (InetSocketAddress) open.receive(buffer);
        if (buffer.position() > maxDatagram) {
          counters.countDrop(Drop.OVERSIZED);
        } else if (from != null) {
          receiver.received(from, data, buffer.position());
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        log.warn("udp receive failed: {}", e.toString());
      } catch (RuntimeException | Error e) {
        counters.countDrop(Drop.FAULT);
        log.error("udp receiver failed", e);
      }
    }
  }

  /** The system grants less when its limit is lower, without an error; the log says how much. */
  private static int ask(DatagramChannel open, SocketOption<Integer> option) throws IOException {
    open.setOption(option, SOCKET_BUFFER);
    return open.getOption(option);
  }
}
