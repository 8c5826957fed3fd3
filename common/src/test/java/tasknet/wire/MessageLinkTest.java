package tasknet.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskType;

class MessageLinkTest {
  private static final String TASK = "01KATXK2S0ABCDEFGHJKMNPQRS";
  private static final InetSocketAddress ONE = address(1001);
  private static final InetSocketAddress OTHER = address(1002);

  private final MemoryLink network = new MemoryLink();
  private final LinkCounters counters = new LinkCounters();
  private final List<MessageLink.Inbound> received = new ArrayList<>();
  private final MessageLink link = open(MessageLink.DEFAULT_DATAGRAM);

  @Test
  void whatIsReadyTogetherTravelsTogether() {
    link.send(ONE, probe(1));
    link.send(OTHER, probe(2));
    link.send(ONE, probe(3));
    assertThat(network.sent).isEmpty();

    link.flush();

    assertThat(network.sent)
        .containsExactly(
            new MemoryLink.Sent(ONE, "TN1 d 5 0\n" + line(1) + line(3)),
            new MemoryLink.Sent(OTHER, "TN1 d 5 1\n" + line(2)));
    assertThat(counters.datagramsSent()).isEqualTo(2);
    assertThat(counters.messagesSent()).isEqualTo(3);
  }

  @Test
  void nothingIsSentTwice() {
    link.send(ONE, probe(1));
    link.flush();
    link.flush();
    link.send(ONE, probe(2));
    link.flush();

    assertThat(network.sent)
        .extracting(MemoryLink.Sent::text)
        .containsExactly("TN1 d 5 0\n" + line(1), "TN1 d 5 1\n" + line(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {150, 151, 152, 200, 1200, 1201, 9000, 65_507})
  void noDatagramIsLongerThanAllowedAndNoMessageIsLost(int maxDatagram) {
    MessageLink limited = open(maxDatagram);
    for (int number = 1; number <= 3_000; number++) {
      limited.send(ONE, probe(number));
    }
    limited.flush();
    network.sent.forEach(datagram -> network.arrives(datagram.text()));

    assertThat(network.sent).allMatch(datagram -> datagram.length() <= maxDatagram);
    assertThat(received.stream().flatMap(inbound -> inbound.messages().stream()))
        .extracting(message -> message.attempt().number())
        .isEqualTo(java.util.stream.IntStream.rangeClosed(1, 3_000).boxed().toList());
    assertThat(received)
        .extracting(inbound -> inbound.header().sequence())
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void whoHasSentALongDatagramOnLoopbackGetsLongOnes() {
    assertThat(longest(link, ONE)).isBetween(1100, 1200);

    network.arrives(ONE, datagram(7, 1201));

    assertThat(longest(link, ONE)).isBetween(8000, 8192);
    assertThat(longest(link, OTHER)).isBetween(1100, 1200);
  }

  @Test
  void aDatagramOfTheUsualLengthTellsNothing() {
    network.arrives(ONE, datagram(7, 1200));

    assertThat(longest(link, ONE)).isBetween(1100, 1200);
  }

  @Test
  void anotherProcessAtThatAddressMayNotTakeThem() {
    network.arrives(ONE, datagram(7, 1201));
    network.arrives(ONE, datagram(7, 100));
    assertThat(longest(link, ONE)).isBetween(8000, 8192);

    network.arrives(ONE, datagram(8, 100));

    assertThat(longest(link, ONE)).isBetween(1100, 1200);
  }

  @Test
  void noLongDatagramLeavesTheMachine() {
    InetSocketAddress far = new InetSocketAddress("192.0.2.1", 1001);
    network.arrives(far, datagram(7, 1201));

    assertThat(longest(link, far)).isBetween(1100, 1200);
    assertThat(longest(toDispatchers(1200), far)).isBetween(1100, 1200);
  }

  @Test
  void dispatchersGetLongOnesFromTheStartUnlessLessIsSet() {
    assertThat(longest(toDispatchers(1200), ONE)).isBetween(8000, 8192);
    assertThat(longest(toDispatchers(9000), ONE)).isBetween(8900, 9000);
    assertThat(longest(toDispatchers(1199), ONE)).isBetween(1100, 1199);
  }

  @Test
  void aMessageIsNotLongerBecauseTheDatagramMayBe() {
    network.arrives(ONE, datagram(7, 1201));

    assertThat(link.fits(execute(1200))).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> link.send(ONE, execute(1200)));
  }

  /** Of the datagrams in which very many messages go. */
  private int longest(MessageLink from, InetSocketAddress to) {
    network.sent.clear();
    for (int number = 1; number <= 500; number++) {
      from.send(to, probe(number));
    }
    from.flush();
    return network.sent.stream().mapToInt(MemoryLink.Sent::length).max().orElseThrow();
  }

  private MessageLink toDispatchers(int maxDatagram) {
    return new MessageLink(network, "w", 5, maxDatagram, true, counters, NOPLogger.NOP_LOGGER);
  }

  private static byte[] datagram(long epoch, int length) {
    String header = "TN1 worker-1 " + epoch + " 0\n";
    return (header + "\n".repeat(length - header.length())).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aMessageFitsExactlyWhenItCanBeSent() {
    int longest = 0;
    for (int size = 900; size < 1200; size++) {
      Message.Execute execute = execute(size);
      if (link.fits(execute)) {
        longest = size;
        link.send(ONE, execute);
      } else {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> link.send(ONE, execute))
            .withMessageContaining("execute")
            .withMessageContaining("does not fit");
      }
    }
    link.flush();

    assertThat(longest).isBetween(1_000, 1_100);
    assertThat(network.sent).allMatch(datagram -> datagram.length() <= 1200);
    assertThat(network.sent).hasSize(longest - 900 + 1);
  }

  @Test
  void aResultThatFitsAtAGlanceCanBeSentHoweverWideItIs() {
    for (int size = 0; size < 1200; size++) {
      Message.Result widest =
          new Message.Result(
              new AttemptId(new TaskId(-1, -1), Integer.MAX_VALUE),
              new Outcome.Completed(new JsonText('"' + "€".repeat(size) + '"')),
              Integer.MAX_VALUE,
              Duration.ofDays(2));
      if (link.fits(widest)) {
        link.send(ONE, widest);
      } else {
        assertThatIllegalArgumentException().isThrownBy(() -> link.send(ONE, widest));
      }
    }
  }

  @Test
  void sizesAreCountedInBytesNotInCharacters() {
    Message.Execute wide =
        new Message.Execute(
            attempt(1),
            new TaskType("hash"),
            Duration.ofSeconds(1),
            new Payload.Inline(new JsonText('"' + "ü".repeat(600) + '"')));

    assertThat(link.fits(wide)).isFalse();
  }

  @Test
  void aMessageThatFitsNowFitsWithEverySequenceNumber() {
    // The header grows with the sequence number; what fits must not depend on it.
    int room = 1200 - "TN1 d 5 9223372036854775807\n".length();
    int size = 900;
    while (MessageCodec.encode(execute(size)).length < room) {
      size++;
    }

    assertThat(link.fits(execute(size))).isTrue();
    assertThat(link.fits(execute(size + 1))).isFalse();
  }

  @Test
  void aNameThatIsNoneOnTheWireIsRefusedAtOnce() {
    assertThatIllegalArgumentException().isThrownBy(() -> open("two words", 1, 1200));
    assertThatIllegalArgumentException().isThrownBy(() -> open("d", -1, 1200));
    assertThatIllegalArgumentException().isThrownBy(() -> open("d", 1, 20));
    assertThatIllegalArgumentException().isThrownBy(() -> open("d", 1, 65_508));
  }

  @Test
  void aReceivedDatagramComesWithItsHeaderAndSender() {
    network.arrives("TN1 worker-1 7 42\n" + line(1) + "\n" + line(2).strip());

    assertThat(received)
        .containsExactly(
            new MessageLink.Inbound(
                MemoryLink.ELSEWHERE,
                new Header("worker-1", 7, 42),
                List.of(probe(1), probe(2)),
                List.of()));
    assertThat(counters.datagramsReceived()).isEqualTo(1);
    assertThat(counters.messagesReceived()).isEqualTo(2);
  }

  @Test
  void aBadLineSpoilsNoOther() {
    network.arrives(
        "TN1 worker-1 7 42\n"
            + line(1)
            + "rubbish\n"
            + "{\"op\":\"dance\",\"task\":\""
            + TASK
            + "\",\"attempt\":8}\n"
            + "{\"op\":\"execute\",\"task\":\""
            + TASK
            + "\",\"attempt\":9}\n"
            + line(2));

    assertThat(received).hasSize(1);
    assertThat(received.getFirst().messages()).containsExactly(probe(1), probe(2));
    assertThat(received.getFirst().malformed())
        .extracting(MessageLink.Malformed::attempt)
        .contains(attempt(9));
    assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(2);
    assertThat(counters.dropped(Drop.UNKNOWN_OP)).isEqualTo(1);
  }

  @Test
  void anUnknownMessageIsOnlyCounted() {
    network.arrives(
        "TN1 worker-1 7 42\n{\"op\":\"dance\",\"task\":\"" + TASK + "\",\"attempt\":8}\n");

    assertThat(received.getFirst().malformed()).isEmpty();
  }

  @Test
  void whatHasNoHeaderNeverReachesTheReceiver() {
    network.arrives("");
    network.arrives("rubbish");
    network.arrives("TN2 worker-1 7 42\n" + line(1));

    assertThat(received).isEmpty();
    assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(2);
    assertThat(counters.dropped(Drop.VERSION)).isEqualTo(1);
  }

  private MessageLink open(int maxDatagram) {
    return open("d", 5, maxDatagram);
  }

  private MessageLink open(String node, long epoch, int maxDatagram) {
    MessageLink opened =
        new MessageLink(network, node, epoch, maxDatagram, counters, NOPLogger.NOP_LOGGER);
    opened.start(received::add);
    return opened;
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static AttemptId attempt(int number) {
    return new AttemptId(TaskId.parse(TASK), number);
  }

  private static Message.Probe probe(int number) {
    return new Message.Probe(attempt(number));
  }

  private static String line(int number) {
    return "{\"op\":\"probe\",\"task\":\"" + TASK + "\",\"attempt\":" + number + "}\n";
  }

  private static Message.Execute execute(int size) {
    return new Message.Execute(
        attempt(1),
        new TaskType("hash"),
        Duration.ofSeconds(1),
        new Payload.Inline(new JsonText('"' + "x".repeat(size - 2) + '"')));
  }
}
