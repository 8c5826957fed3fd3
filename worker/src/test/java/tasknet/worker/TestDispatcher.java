package tasknet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.helpers.NOPLogger;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.wire.LinkCounters;
import tasknet.wire.Message;
import tasknet.wire.MessageLink;
import tasknet.wire.UdpLink;

/** A peer on real UDP that sends what the test says, and answers nothing by itself. */
final class TestDispatcher implements AutoCloseable {
  private static final AtomicInteger TASKS = new AtomicInteger();

  private final InetSocketAddress worker;
  private final LinkCounters counters = new LinkCounters();
  private final MessageLink link;
  private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();

  private final List<Message> received = new ArrayList<>();

  TestDispatcher(int workerPort) {
    this.worker = new InetSocketAddress(InetAddress.getLoopbackAddress(), workerPort);
    UdpLink udp =
        new UdpLink(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            UdpLink.MAX_DATAGRAM,
            counters,
            NOPLogger.NOP_LOGGER);
    this.link = new MessageLink(udp, "dispatcher", 1, 60_000, counters, NOPLogger.NOP_LOGGER);
    link.start(inbound -> inbox.addAll(inbound.messages()));
  }

  static AttemptId newAttempt() {
    return new AttemptId(new TaskId(7, TASKS.incrementAndGet()), 1);
  }

  void send(Message... messages) {
    for (Message message : messages) {
      link.send(worker, message);
    }
    link.flush();
  }

  void sendBytes(byte[] bytes) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(bytes, bytes.length, worker));
    }
  }

  /** The next message of a kind about an attempt; others are left for later calls. */
  <T extends Message> T await(Class<T> kind, AttemptId attempt) throws InterruptedException {
    int seen = 0;
    while (true) {
      for (; seen < received.size(); seen++) {
        Message message = received.get(seen);
        if (kind.isInstance(message) && message.attempt().equals(attempt)) {
          received.remove(seen);
          return kind.cast(message);
        }
      }
      Message message = inbox.poll(10, TimeUnit.SECONDS);
      assertThat(message).describedAs("%s of %s", kind.getSimpleName(), attempt).isNotNull();
      received.add(message);
    }
  }

  @Override
  public void close() {
    link.close();
  }
}
