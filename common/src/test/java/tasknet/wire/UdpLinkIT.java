package tasknet.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;

@Timeout(60)
class UdpLinkIT {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final LinkCounters counters = new LinkCounters();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void aDatagramArrivesWithItsSender() {
    List<InetSocketAddress> senders = new CopyOnWriteArrayList<>();
    UdpLink to = link(1200);
    to.start((from, _, _) -> senders.add(from));
    UdpLink from = started(1200);
    from.send(to.address(), bytes("hello"), 5);

    await().until(() -> !senders.isEmpty());
    assertThat(senders).containsExactly(from.address());
  }

  @Test
  void onlyTheGivenLengthIsSentAndTheArrayMayBeUsedAgain() {
    UdpLink to = started(1200);
    UdpLink from = started(1200);
    byte[] data = bytes("one, two");
    from.send(to.address(), data, 3);
    data[0] = 'X';

    await().until(() -> received.contains("one"));
  }

  @Test
  void aDatagramOfTheGreatestSizePassesAndALongerOneIsCounted() {
    UdpLink to = started(1200);
    UdpLink from = started(1200);
    from.send(to.address(), new byte[1201], 1201);
    from.send(to.address(), new byte[5000], 5000);
    from.send(to.address(), bytes("x".repeat(1200)), 1200);

    await().until(() -> !received.isEmpty());
    assertThat(received).containsExactly("x".repeat(1200));
    assertThat(counters.dropped(Drop.OVERSIZED)).isEqualTo(2);
  }

  @Test
  void theLargestDatagramOfUdpPasses() {
    UdpLink to = started(UdpLink.MAX_DATAGRAM);
    UdpLink from = started(1200);
    byte[] largest = bytes("y".repeat(UdpLink.MAX_DATAGRAM));
    await()
        .until(
            () -> {
              from.send(to.address(), largest, largest.length);
              return !received.isEmpty();
            });

    assertThat(received.getFirst()).hasSize(UdpLink.MAX_DATAGRAM);
  }

  @Test
  void whatTheSystemRefusesToSendIsCounted() {
    UdpLink from = started(1200);
    from.send(from.address(), new byte[65_508], 65_508);
    from.send(InetSocketAddress.createUnresolved("nowhere.invalid", 1), new byte[1], 1);
    from.send(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new byte[1], 1);

    assertThat(counters.dropped(Drop.SEND_FAILED)).isEqualTo(3);
    from.send(from.address(), bytes("still alive"), 11);
    await().until(() -> received.contains("still alive"));
  }

  @Test
  void anEmptyDatagramAndRandomBytesArriveAsTheyAre() throws IOException {
    UdpLink to = started(1200);
    Random random = new Random(7);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(new byte[0], 0, to.address()));
      for (int round = 0; round < 50; round++) {
        byte[] noise = new byte[random.nextInt(1200)];
        random.nextBytes(noise);
        socket.send(new DatagramPacket(noise, noise.length, to.address()));
      }
    }

    await().until(() -> received.size() == 51);
    assertThat(received.getFirst()).isEmpty();
  }

  @Test
  void aClosedPortAtTheOtherEndDoesNoHarm() {
    UdpLink gone = started(1200);
    InetSocketAddress address = gone.address();
    gone.close();
    UdpLink from = started(1200);
    for (int round = 0; round < 20; round++) {
      from.send(address, new byte[10], 10);
    }
    from.send(from.address(), bytes("still alive"), 11);

    await().until(() -> received.contains("still alive"));
  }

  @Test
  void aReceiverThatFailsStopsNothing() {
    UdpLink to = link(1200);
    to.start(
        (_, data, length) -> {
          String text = new String(data, 0, length, StandardCharsets.UTF_8);
          switch (text) {
            case "exception" -> throw new IllegalStateException("boom");
            case "error" -> throw new StackOverflowError("boom");
            default -> received.add(text);
          }
        });
    for (String text : List.of("exception", "error", "fine")) {
      to.send(to.address(), bytes(text), text.length());
    }

    await().until(() -> received.contains("fine"));
    assertThat(counters.dropped(Drop.FAULT)).isEqualTo(2);
  }

  @Test
  void anInterruptedSenderDoesNotCloseTheSocket() throws InterruptedException {
    UdpLink link = started(1200);
    List<Thread> senders = new ArrayList<>();
    for (Thread.Builder kind : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
      senders.add(
          kind.start(
              () -> {
                Thread.currentThread().interrupt();
                link.send(link.address(), bytes("from an interrupted one"), 23);
              }));
    }
    for (Thread sender : senders) {
      sender.join();
    }
    link.send(link.address(), bytes("last"), 4);

    await().until(() -> received.contains("last"));
    assertThat(received).hasSize(3);
  }

  @Test
  void manyThreadsSendAtTheSameTime() throws InterruptedException {
    Set<String> arrived = ConcurrentHashMap.newKeySet();
    UdpLink to = link(1200);
    to.start((_, data, length) -> arrived.add(new String(data, 0, length, StandardCharsets.UTF_8)));
    UdpLink from = started(1200);
    List<Thread> senders = new ArrayList<>();
    for (int sender = 0; sender < 8; sender++) {
      int number = sender;
      senders.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int round = 0; round < 100; round++) {
                      byte[] data = bytes("datagram " + (number * 100 + round));
                      from.send(to.address(), data, data.length);
                    }
                  }));
    }
    for (Thread sender : senders) {
      sender.join();
    }

    await().until(() -> arrived.size() == 800);
    assertThat(counters.dropped(Drop.SEND_FAILED)).isZero();
  }

  @Test
  void closeEndsTheReceivingThreadAndSendingLaterIsOnlyCounted() {
    UdpLink link = started(1200);
    InetSocketAddress address = link.address();
    link.close();
    link.close();
    link.send(address, new byte[1], 1);

    assertThat(counters.dropped(Drop.SEND_FAILED)).isEqualTo(1);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("udp-receive");
    UdpLink next = new UdpLink(address, 1200, counters, NOPLogger.NOP_LOGGER);
    opened.add(next);
    next.start((_, _, _) -> {});
    assertThat(next.address()).isEqualTo(address);
  }

  @Test
  void theReceiverMayCloseTheLink() {
    UdpLink link = link(1200);
    link.start(
        (_, _, _) -> {
          link.close();
          received.add("closed");
        });
    link.send(link.address(), new byte[1], 1);

    await().until(() -> received.contains("closed"));
  }

  @Test
  void aTakenPortIsReportedWithItsAddressAndLeavesNothingOpen() {
    UdpLink first = started(1200);
    UdpLink second = new UdpLink(first.address(), 1200, counters, NOPLogger.NOP_LOGGER);

    assertThatThrownBy(() -> second.start((_, _, _) -> {}))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(String.valueOf(first.address().getPort()));
    assertThatThrownBy(second::address).isInstanceOf(IllegalStateException.class);
    second.close();
    first.send(first.address(), bytes("mine"), 4);
    await().until(() -> received.contains("mine"));
  }

  @Test
  void aLinkThatWasNeverStartedCanBeClosed() {
    UdpLink link = link(1200);

    link.close();
    assertThatThrownBy(() -> link.send(ANY_PORT, new byte[1], 1))
        .isInstanceOf(IllegalStateException.class);
  }

  private UdpLink started(int maxDatagram) {
    UdpLink link = link(maxDatagram);
    link.start(
        (_, data, length) -> received.add(new String(data, 0, length, StandardCharsets.UTF_8)));
    return link;
  }

  private UdpLink link(int maxDatagram) {
    UdpLink link = new UdpLink(ANY_PORT, maxDatagram, counters, NOPLogger.NOP_LOGGER);
    opened.add(link);
    return link;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
