package tasknet.testkit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.NOPLogger;
import tasknet.wire.Header;
import tasknet.wire.LinkCounters;
import tasknet.wire.Message;
import tasknet.wire.MessageLink;
import tasknet.wire.UdpLink;

/**
 * The other end of a test of worker or dispatcher: sends what the test says, and hands out what
 * arrives, on a real socket. Answers nothing by itself. Safe for use by several threads.
 */
public final class ScriptedPeer implements AutoCloseable {
  private final UdpLink udp;
  private final MessageLink link;
  private final List<Received<Message>> unread = new ArrayList<>();
  private final List<Message> seen = new ArrayList<>();

  private ScriptedPeer(String node, long epoch, int maxDatagram, InetSocketAddress bind) {
    LinkCounters counters = new LinkCounters();
    udp = new UdpLink(bind, maxDatagram, counters, NOPLogger.NOP_LOGGER);
    link = new MessageLink(udp, node, epoch, maxDatagram, counters, NOPLogger.NOP_LOGGER);
  }

  /** Opens a peer on a free port of the loopback address, with datagrams of the default size. */
  public static ScriptedPeer open(String node, long epoch) {
    return open(
        node,
        epoch,
        MessageLink.DEFAULT_DATAGRAM,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** Opens a peer at an address, for instance that of one that was closed: its next start. */
  public static ScriptedPeer open(
      String node, long epoch, int maxDatagram, InetSocketAddress bind) {
    ScriptedPeer peer = new ScriptedPeer(node, epoch, maxDatagram, bind);
    peer.link.start(peer::receive);
    return peer;
  }

  /** A message with who sent it. */
  public record Received<M extends Message>(M message, InetSocketAddress from, Header header) {}

  public InetSocketAddress address() {
    return link.address();
  }

  public LinkCounters counters() {
    return link.counters();
  }

  /** Sends messages, in one datagram if they fit. */
  public void send(InetSocketAddress to, Message... messages) {
    synchronized (link) {
      for (Message message : messages) {
        link.send(to, message);
      }
      link.flush();
    }
  }

  /** Sends a datagram of any bytes. */
  public void sendRaw(InetSocketAddress to, byte[] datagram) {
    udp.send(to, datagram, datagram.length);
  }

  /**
   * Waits for a message, and takes it; others stay for later calls.
   *
   * @throws AssertionError if none came in time; it names what did come
   */
  public <M extends Message> M expect(Class<M> type, Duration within) {
    return expect(type, _ -> true, within);
  }

  /** Waits for a message that meets a condition, and takes it; others stay for later calls. */
  public <M extends Message> M expect(Class<M> type, Predicate<M> condition, Duration within) {
    return receive(type, condition, within).message();
  }

  /** As {@link #expect}, with the sender. */
  public <M extends Message> Received<M> receive(
      Class<M> type, Predicate<M> condition, Duration within) {
    long end = System.nanoTime() + within.toNanos();
    synchronized (unread) {
      while (true) {
        Received<M> found = take(type, condition);
        if (found != null) {
          return found;
        }
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError(
              "no " + type.getSimpleName() + " within " + within + "; unread: " + unread);
        }
        try {
          unread.wait(left);
        } catch (InterruptedException e) {
          throw new AssertionError("interrupted while waiting for " + type.getSimpleName(), e);
        }
      }
    }
  }

  /** Every message that has arrived so far, read or not, oldest first. */
  public List<Message> seen() {
    synchronized (unread) {
      return List.copyOf(seen);
    }
  }

  @Override
  public void close() {
    link.close();
  }

  private void receive(MessageLink.Inbound inbound) {
    synchronized (unread) {
      for (Message message : inbound.messages()) {
        seen.add(message);
        unread.add(new Received<>(message, inbound.from(), inbound.header()));
      }
      unread.notifyAll();
    }
  }

  private <M extends Message> @Nullable Received<M> take(Class<M> type, Predicate<M> condition) {
    for (Iterator<Received<Message>> all = unread.iterator(); all.hasNext(); ) {
      Received<Message> next = all.next();
      if (type.isInstance(next.message()) && condition.test(type.cast(next.message()))) {
        all.remove();
        return new Received<>(type.cast(next.message()), next.from(), next.header());
      }
    }
    return null;
  }
}
