package tasknet.wire;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptId;

/**
 * Sends and receives messages over a {@link DatagramLink}. Messages for the same peer are packed
 * into one datagram until {@link #flush()}, which its owner calls at the end of each turn of its
 * event loop: what is ready at the same time travels together, and nothing waits for more.
 *
 * <p>Sending is for one thread, the owner's; the receiver is called on the link's thread.
 */
public final class MessageLink implements AutoCloseable {
  /** The datagram size that passes everywhere without fragmentation, in bytes. */
  public static final int DEFAULT_DATAGRAM = 1200;

  /** What passes on the loopback interface of every system, in bytes. */
  public static final int LOOPBACK_DATAGRAM = 8192;

  /** So many are known to take such; more than there are workers on one machine. */
  private static final int MOST_KNOWN = 10_000;

  private final DatagramLink link;
  private final String node;
  private final long epoch;
  private final int maxDatagram;
  private final boolean peersTakeLong;
  private final LinkCounters counters;
  private final Logger log;
  private final int room;
  private final LineBuffer line = new LineBuffer();
  private final Map<InetSocketAddress, Packet> packets = new LinkedHashMap<>();

  /** The epochs of processes on loopback that have sent a long datagram. */
  private final Map<InetSocketAddress, Long> takeLong = new ConcurrentHashMap<>();

  private final Deque<Packet> spare = new ArrayDeque<>();
  private long sequence;

  /** A link whose peers take long datagrams when they have sent such. */
  public MessageLink(
      DatagramLink link,
      String node,
      long epoch,
      int maxDatagram,
      LinkCounters counters,
      Logger log) {
    this(link, node, epoch, maxDatagram, false, counters, log);
  }

  /**
   * @param node the name of this process on the wire
   * @param epoch which start of this process it is
   * @param maxDatagram the largest datagram that is sent, in bytes, but for loopback
   * @param peersTakeLong whether each peer on loopback takes {@link #LOOPBACK_DATAGRAM} bytes, as
   *     dispatchers do; otherwise one does that has sent more than {@link #DEFAULT_DATAGRAM}
   * @throws IllegalArgumentException if one of these cannot be used on the wire
   */
  public MessageLink(
      DatagramLink link,
      String node,
      long epoch,
      int maxDatagram,
      boolean peersTakeLong,
      LinkCounters counters,
      Logger log) {
    this.link = link;
    this.node = node;
    this.epoch = epoch;
    this.maxDatagram = maxDatagram;
    this.peersTakeLong = peersTakeLong;
    this.counters = counters;
    this.log = log;
    // As if the sequence number were at its longest: what fits now must fit later.
    this.room = maxDatagram - new Header(node, epoch, Long.MAX_VALUE).encode().length;
    boolean usable = WorkerId.isName(node) && epoch >= 0;
    if (!usable || room <= 0 || maxDatagram > UdpLink.MAX_DATAGRAM) {
      throw new IllegalArgumentException(
          "node " + node + ", epoch " + epoch + ", datagrams of " + maxDatagram + " bytes");
    }
  }

  /**
   * The longest datagram that is to be received by who sends such of at most {@code maxDatagram}
   * bytes.
   */
  public static int longestReceived(int maxDatagram) {
    return Math.max(maxDatagram, LOOPBACK_DATAGRAM);
  }

  /** Begins to receive. */
  public void start(Consumer<Inbound> receiver) {
    link.start((from, data, length) -> receive(from, data, length, receiver));
  }

  /** The address that is bound. */
  public InetSocketAddress address() {
    return link.address();
  }

  public LinkCounters counters() {
    return counters;
  }

  /** Whether a message is small enough for a datagram. */
  public boolean fits(Message message) {
    return MessageCodec.isSurelyShort(message, room) || MessageCodec.encode(message).length <= room;
  }

  /**
   * Packs a message; it leaves with the next {@link #flush()} or when its datagram is full.
   *
   * @throws IllegalArgumentException if it does not fit into a datagram
   */
  public void send(InetSocketAddress to, Message message) {
    line.clear();
    MessageWriter.write(message, line);
    if (line.length() > room) {
      throw new IllegalArgumentException(
          message.op() + " of " + line.length() + " bytes does not fit into a datagram");
    }
    Packet packet = packets.get(to);
    if (packet == null) {
      packet = emptyPacket(longest(to));
      packets.put(to, packet);
    }
    if (!packet.isEmpty() && packet.length + line.length() > packet.longest) {
      send(to, packet);
    }
    if (packet.isEmpty()) {
      byte[] header = new Header(node, epoch, sequence++).encode();
      packet.add(header, header.length);
    }
    packet.addMessage(line);
  }

  /** Sends all that is packed. */
  public void flush() {
    if (!packets.isEmpty()) {
      packets.forEach(this::send);
      spare.addAll(packets.values());
      packets.clear();
    }
  }

  @Override
  public void close() {
    link.close();
  }

  private Packet emptyPacket(int longest) {
    Packet packet = spare.poll();
    if (packet == null) {
      packet = new Packet(longestReceived(maxDatagram));
    }
    packet.longest = longest;
    return packet;
  }

  /** The longest datagram that goes there. */
  private int longest(InetSocketAddress to) {
    boolean takesLong =
        maxDatagram >= DEFAULT_DATAGRAM
            && (peersTakeLong ? isOnLoopback(to) : takeLong.containsKey(to));
    return takesLong ? longestReceived(maxDatagram) : maxDatagram;
  }

  /** Who sends long datagrams takes them, too, until another process sends from there. */
  private void learn(InetSocketAddress from, Header header, int length) {
    Long epoch = takeLong.get(from);
    if (epoch != null && epoch != header.epoch()) {
      takeLong.remove(from);
      epoch = null;
    }
    if (epoch == null
        && length > DEFAULT_DATAGRAM
        && isOnLoopback(from)
        && takeLong.size() < MOST_KNOWN) {
      takeLong.put(from, header.epoch());
    }
  }

  private static boolean isOnLoopback(InetSocketAddress peer) {
    return !peer.isUnresolved() && peer.getAddress().isLoopbackAddress();
  }

  private void send(InetSocketAddress to, Packet packet) {
    if (!packet.isEmpty()) {
      link.send(to, packet.data, packet.length);
      counters.sent(packet.messages);
      packet.clear();
    }
  }

  private void receive(
      InetSocketAddress from, byte[] data, int length, Consumer<Inbound> receiver) {
    Header.Parsed parsed = Header.parse(data, length);
    Header header = parsed.header();
    if (header == null) {
      counters.countDrop(parsed.drop() == null ? Drop.MALFORMED : parsed.drop());
      log.debug("udp dropped a datagram of {} bytes from {}: no header", length, from);
      return;
    }
    learn(from, header, length);
    List<Message> messages = new ArrayList<>();
    List<Malformed> malformed = new ArrayList<>();
    int start = parsed.bodyStart();
    while (start < length) {
      int end = start;
      while (end < length && data[end] != '\n') {
        end++;
      }
      if (end > start) {
        switch (MessageCodec.decode(data, start, end)) {
          case MessageCodec.Known(Message message) -> messages.add(message);
          case MessageCodec.Undecodable(Drop reason, AttemptId attempt, String detail) -> {
            counters.countDrop(reason);
            log.debug("udp dropped a message from {}: {}", from, detail);
            // What is unknown may be of a later version: only what is wrong is answered.
            if (attempt != null && reason == Drop.MALFORMED) {
              malformed.add(new Malformed(attempt, detail));
            }
          }
        }
      }
      start = end + 1;
    }
    counters.received(messages.size());
    receiver.accept(new Inbound(from, header, messages, malformed));
  }

  /**
   * A datagram that arrived.
   *
   * @param malformed messages that cannot be read but name an attempt, so that they can be answered
   */
  public record Inbound(
      InetSocketAddress from, Header header, List<Message> messages, List<Malformed> malformed) {}

  /** A message that names an attempt and is otherwise wrong. */
  public record Malformed(AttemptId attempt, String detail) {}

  private static final class Packet {
    private final byte[] data;
    private int longest;
    private int length;
    private int messages;

    Packet(int size) {
      data = new byte[size];
    }

    boolean isEmpty() {
      return length == 0;
    }

    void add(byte[] bytes, int count) {
      System.arraycopy(bytes, 0, data, length, count);
      length += count;
    }

    void addMessage(LineBuffer line) {
      add(line.data(), line.length());
      messages++;
    }

    void clear() {
      length = 0;
      messages = 0;
    }
  }
}
