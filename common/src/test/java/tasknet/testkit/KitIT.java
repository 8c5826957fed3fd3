package tasknet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.wire.LinkCounters;
import tasknet.wire.Message;
import tasknet.wire.UdpLink;

/** What other tests rely on does what it says. */
@Timeout(60)
class KitIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final AttemptId ATTEMPT =
      new AttemptId(TaskId.parse("01KATXK2S0ABCDEFGHJKMNPQRS"), 1);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final UdpLink receiver = udp();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  @Test
  void withoutFaultsAllArrivesInOrder() {
    send(lossy(1, Faults.none()), 100);

    await().until(() -> received.size() == 100);
    assertThat(received).isEqualTo(numbers(100));
  }

  @Test
  void theSameSeedLosesTheSameDatagrams() {
    LossyLink first = lossy(42, Faults.loss(0.3));
    send(first, 200);
    await().until(() -> received.size() == 200 - first.counts().lost());
    List<String> once = List.copyOf(received);
    received.clear();
    LossyLink second = lossy(42, Faults.loss(0.3));
    send(second, 200);
    await().until(() -> received.size() == once.size());

    assertThat(received).isEqualTo(once);
    assertThat(first.counts().lost()).isBetween(30L, 90L);
    assertThat(first.toString()).contains("seed=42").contains("loss=0.3").contains("lost=");
  }

  @Test
  void everyCopyArrives() {
    LossyLink link = lossy(2, Faults.of(0, 1, 0));
    send(link, 10);

    await().until(() -> received.size() == 20);
    assertThat(link.counts().duplicated()).isEqualTo(10);
  }

  @Test
  void heldBackDatagramsChangeTheOrderAndAreNotLost() {
    LossyLink link = lossy(3, Faults.of(0, 0, 0.5));
    send(link, 100);

    await().until(() -> received.size() == 100);
    assertThat(received)
        .isNotEqualTo(numbers(100))
        .containsExactlyInAnyOrderElementsOf(numbers(100));
  }

  @Test
  void aSingleHeldBackDatagramLeavesByItself() {
    send(lossy(4, Faults.of(0, 0, 1)), 1);

    await().until(() -> received.size() == 1);
  }

  @Test
  void delayedDatagramsArrive() {
    LossyLink link = lossy(5, new Faults(0, 0, 0, 1, 0, Duration.ofMillis(30)));
    send(link, 50);

    await().until(() -> received.size() == 50);
    assertThat(link.counts().delayed()).isEqualTo(50);
  }

  @Test
  void aCorruptDatagramHasItsLengthAndOtherBytes() {
    byte[] data = "0123456789".getBytes(StandardCharsets.US_ASCII);
    LossyLink link = lossy(6, new Faults(0, 0, 0, 0, 1, Duration.ZERO));
    link.send(receiver.address(), data, data.length);

    await().until(() -> received.size() == 1);
    assertThat(received.getFirst()).isNotEqualTo("0123456789");
    assertThat(data).isEqualTo("0123456789".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void aPartitionEndsWhenItIsHealed() {
    LossyLink link = lossy(7, Faults.none());
    link.partition(receiver.address());
    send(link, 5);
    assertThat(link.counts().partitioned()).isEqualTo(5);
    receiver.send(link.address(), new byte[1], 1);
    await().until(() -> link.counts().partitioned() == 6);
    link.heal();
    send(link, 1);

    await().until(() -> received.equals(numbers(1)));
  }

  @Test
  void faultsCanBeChangedWhileItRuns() {
    LossyLink link = lossy(8, Faults.loss(1));
    send(link, 5);
    link.faults(Faults.none());
    send(link, 2);

    await().until(() -> received.equals(numbers(2)));
    assertThat(link.counts().lost()).isEqualTo(5);
  }

  @Test
  void peersExchangeMessages() {
    ScriptedPeer dispatcher = peer("dispatcher", 1);
    ScriptedPeer worker = peer("worker-1", 2);
    dispatcher.send(worker.address(), new Message.Probe(ATTEMPT), new Message.Cancel(ATTEMPT));

    var cancel = worker.receive(Message.Cancel.class, _ -> true, SOON);
    assertThat(cancel.message()).isEqualTo(new Message.Cancel(ATTEMPT));
    assertThat(cancel.from()).isEqualTo(dispatcher.address());
    assertThat(cancel.header().node()).isEqualTo("dispatcher");
    assertThat(cancel.header().epoch()).isEqualTo(1);
    assertThat(worker.expect(Message.Probe.class, SOON)).isEqualTo(new Message.Probe(ATTEMPT));
    assertThat(worker.seen()).hasSize(2);
    assertThat(dispatcher.counters().datagramsSent()).isEqualTo(1);
  }

  @Test
  void whatDoesNotComeIsReportedWithWhatCame() {
    ScriptedPeer dispatcher = peer("dispatcher", 1);
    ScriptedPeer worker = peer("worker-1", 2);
    dispatcher.send(worker.address(), new Message.Probe(ATTEMPT));
    await().until(() -> worker.seen().size() == 1);

    assertThatThrownBy(() -> worker.expect(Message.Cancel.class, Duration.ofMillis(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Cancel")
        .hasMessageContaining("Probe");
  }

  @Test
  void anyBytesCanBeSent() {
    peer("dispatcher", 1).sendRaw(receiver.address(), new byte[] {'h', 'i'});

    await().until(() -> received.contains("hi"));
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  private void send(LossyLink link, int count) {
    for (String number : numbers(count)) {
      byte[] data = number.getBytes(StandardCharsets.US_ASCII);
      link.send(receiver.address(), data, data.length);
    }
  }

  private LossyLink lossy(long seed, Faults faults) {
    LossyLink link = new LossyLink(link(), seed, faults);
    opened.add(link);
    link.start((_, _, _) -> {});
    return link;
  }

  private ScriptedPeer peer(String node, long epoch) {
    ScriptedPeer peer = ScriptedPeer.open(node, epoch);
    opened.add(peer);
    return peer;
  }

  private UdpLink udp() {
    UdpLink link = link();
    opened.add(link);
    link.start(
        (_, data, length) ->
            received.add(new String(data, 0, length, StandardCharsets.ISO_8859_1)));
    return link;
  }

  private static UdpLink link() {
    return new UdpLink(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        1200,
        new LinkCounters(),
        NOPLogger.NOP_LOGGER);
  }
}
