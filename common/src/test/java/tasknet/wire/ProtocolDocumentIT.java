package tasknet.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.Json;
import tasknet.registry.DeathAnswer;
import tasknet.registry.DeathReport;
import tasknet.registry.Heartbeat;
import tasknet.registry.Registration;
import tasknet.registry.WorkerList;

/** The examples of {@code docs/protocol.md} are true to the byte. */
class ProtocolDocumentIT {
  private final String document = Files.readString(Path.of("..", "docs", "protocol.md"));

  ProtocolDocumentIT() throws IOException {}

  @Test
  void everyMessageIsReadAndWrittenAsTheDocumentShowsIt() {
    List<Message> messages = new ArrayList<>();
    for (String block : blocks("message")) {
      for (String line : block.lines().toList()) {
        byte[] bytes = line.getBytes(UTF_8);
        assertThat(MessageCodec.decode(bytes, 0, bytes.length))
            .as(line)
            .isInstanceOfSatisfying(
                MessageCodec.Known.class,
                known -> {
                  messages.add(known.message());
                  assertThat(new String(MessageCodec.encode(known.message()), UTF_8))
                      .isEqualTo(line + "\n");
                });
      }
    }

    Set<String> shown = new TreeSet<>();
    Set<Message.Rejection> reasons = EnumSet.noneOf(Message.Rejection.class);
    for (Message message : messages) {
      shown.add(message.op());
      if (message instanceof Message.Rejected rejected) {
        reasons.add(rejected.reason());
      }
    }
    assertThat(shown)
        .containsExactly(
            "accepted",
            "cancel",
            "execute",
            "probe",
            "progress",
            "rejected",
            "result",
            "result-ack",
            "result-ready",
            "unknown",
            "upload");
    assertThat(reasons).containsExactly(Message.Rejection.values());
  }

  @Test
  void everyDatagramIsSentAsTheDocumentShowsIt() {
    List<String> shown = new ArrayList<>(blocks("datagram"));
    assertThat(shown).isNotEmpty();
    for (String datagram : shown) {
      MessageLink.Inbound inbound = receive(datagram);
      Header header = inbound.header();
      StringBuilder again = new StringBuilder(new String(header.encode(), UTF_8));
      inbound
          .messages()
          .forEach(each -> again.append(new String(MessageCodec.encode(each), UTF_8)));

      assertThat(again).hasToString(datagram);
    }
  }

  @Test
  void theSignatureIsComputedAsTheDocumentSaysAndIgnored() throws Exception {
    String datagram = blocks("signed-datagram").getFirst();
    Matcher parts =
        Pattern.compile("(TN1 .* k1) ([0-9a-f]{32})\n(.*)", Pattern.DOTALL).matcher(datagram);
    assertThat(parts.matches()).isTrue();
    byte[] key = new byte[32];
    for (int index = 0; index < key.length; index++) {
      key[index] = (byte) index;
    }
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    byte[] whole = mac.doFinal((parts.group(1) + "\n" + parts.group(3)).getBytes(UTF_8));

    assertThat(HexFormat.of().formatHex(whole, 0, 16)).isEqualTo(parts.group(2));
    assertThat(receive(datagram).messages()).hasSize(1);
  }

  @Test
  void theDocumentsOfTheRegistrationAreThoseOfTheNameservice() {
    Map<String, Class<?>> documents =
        Map.of(
            "registration", Registration.class,
            "heartbeat", Heartbeat.class,
            "workers", WorkerList.class,
            "death", DeathReport.class,
            "death-answer", DeathAnswer.class);
    documents.forEach(
        (kind, type) -> {
          String shown = blocks(kind).getFirst().strip();
          assertThat(Json.mapper().writeValueAsString(Json.mapper().readValue(shown, type)))
              .isEqualTo(shown);
        });
  }

  @Test
  void theLimitsAreThoseOfTheCode() {
    assertThat(document)
        .contains("**1,200 bytes**")
        .contains("**8,192 bytes**")
        .contains("up to 65,507")
        .contains("at most 256 bytes")
        .contains("timeout is 333 ms")
        .contains("at least 50 ms and at most 4 s")
        .contains("sent again five times")
        .contains("nested 100 deep");
    assertThat(MessageLink.DEFAULT_DATAGRAM).isEqualTo(1200);
    assertThat(MessageLink.LOOPBACK_DATAGRAM).isEqualTo(8192);
    assertThat(UdpLink.MAX_DATAGRAM).isEqualTo(65_507);
    assertThat(Header.MAX_LENGTH).isEqualTo(256);
    assertThat(RttEstimator.FIRST_TIMEOUT).isEqualTo(333_000_000);
    assertThat(RttEstimator.FLOOR).isEqualTo(50_000_000);
    assertThat(RttEstimator.CAP).isEqualTo(4_000_000_000L);
    assertThat(RetransmissionTimer.MAX_RETRANSMISSIONS).isEqualTo(5);
    assertThat(Json.MAX_NESTING).isEqualTo(100);
  }

  private static MessageLink.Inbound receive(String datagram) {
    MemoryLink network = new MemoryLink();
    List<MessageLink.Inbound> received = new ArrayList<>();
    new MessageLink(network, "d", 1, 1200, new LinkCounters(), NOPLogger.NOP_LOGGER)
        .start(received::add);
    network.arrives(datagram);
    assertThat(received).as(datagram).hasSize(1);
    return received.getFirst();
  }

  /** The contents of the fenced blocks of one kind. */
  private List<String> blocks(String kind) {
    return Pattern.compile("^```" + kind + "\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
        .matcher(document)
        .results()
        .map(block -> block.group(1))
        .toList();
  }
}
