package tasknet.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Datagrams over a UDP socket. A socket and not a channel, because a channel is closed when a
 * thread that uses it is interrupted; a platform thread receives for the same reason. It reads into
 * one byte more than allowed, because a buffer that is too small cuts a datagram off without a
 * word.
 */
public final class UdpLink implements DatagramLink {
  /** The largest datagram that UDP over IPv4 can carry, in bytes. */
  public static final int MAX_DATAGRAM = 65_507;

  /** What is asked of the system for received and for sent datagrams each, in bytes. */
  public static final int SOCKET_BUFFER = 4 * 1024 * 1024;

  private final InetSocketAddress bind;
  private final int maxDatagram;
  private final LinkCounters counters;
  private final Logger log;
  private volatile @Nullable DatagramSocket socket;
  private volatile @Nullable Thread thread;
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
    DatagramSocket opened = open();
    socket = opened;
    thread =
        Thread.ofPlatform().name("udp-receive").daemon().start(() -> receive(opened, receiver));
  }

  @Override
  public void send(InetSocketAddress to, byte[] data, int length) {
    DatagramSocket open = socket;
    if (open == null) {
      throw new IllegalStateException("not started");
    }
    try {
      open.send(new DatagramPacket(data, length, to));
      sendFailing = false;
    } catch (IOException | IllegalArgumentException e) { // the latter for an unresolved address
      counters.countDrop(Drop.SEND_FAILED);
      if (!sendFailing && !open.isClosed()) {
        sendFailing = true;
        log.warn("udp cannot send to {}: {}", to, e.toString());
      }
    }
  }

  @Override
  public InetSocketAddress address() {
    DatagramSocket open = socket;
    if (open != null && open.getLocalSocketAddress() instanceof InetSocketAddress address) {
      return address;
    }
    throw new IllegalStateException(open == null ? "not started" : "closed");
  }

  @Override
  public void close() {
    DatagramSocket open = socket;
    if (open != null) {
      open.close();
    }
    Thread receiving = thread;
    if (receiving != null && receiving != Thread.currentThread()) {
      try {
        receiving.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private DatagramSocket open() {
    DatagramSocket opened = null;
    try {
      opened = new DatagramSocket(null);
      int receiveBuffer = ask(opened, StandardSocketOptions.SO_RCVBUF);
      int sendBuffer = ask(opened, StandardSocketOptions.SO_SNDBUF);
      opened.bind(bind);
      log.info(
          "udp listens at {} with socket buffers of {} (receive) and {} bytes (send), asked for {}",
          opened.getLocalSocketAddress(),
          receiveBuffer,
          sendBuffer,
          SOCKET_BUFFER);
      return opened;
    } catch (IOException e) {
      if (opened != null) {
        opened.close();
      }
      throw new UncheckedIOException("udp " + bind + ": " + e.getMessage(), e);
    }
  }

  private void receive(DatagramSocket open, Receiver receiver) {
    byte[] data = new byte[maxDatagram + 1];
    DatagramPacket packet = new DatagramPacket(data, data.length);
    while (!open.isClosed()) {
      try {
        packet.setLength(data.length);
        open.receive(packet);
        if (packet.getLength() > maxDatagram) {
          counters.countDrop(Drop.OVERSIZED);
        } else {
          receiver.received(
              (InetSocketAddress) packet.getSocketAddress(), data, packet.getLength());
        }
      } catch (IOException e) {
        if (!open.isClosed()) {
          log.warn("udp receive failed: {}", e.toString());
        }
      } catch (Throwable e) { // an error, too, must not leave a process that hears nothing
        counters.countDrop(Drop.FAULT);
        log.error("udp receiver failed", e);
      }
    }
  }

  /** The system grants less when its limit is lower, without an error; the log says how much. */
  private static int ask(DatagramSocket open, SocketOption<Integer> option) throws IOException {
    open.setOption(option, SOCKET_BUFFER);
    return open.getOption(option);
  }
}
