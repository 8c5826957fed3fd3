package tasknet.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.testkit.DamagedJson;

/** The quick reader never says anything else than the parser. */
class PlainMessageTest {
  private static final String HEAD = "\"task\":\"01KATXK2S0ABCDEFGHJKMNPQRS\",\"attempt\":2,";

  @Test
  void whatItReadsIsWhatTheParserReads() {
    List<String> lines =
        MessageCodecTest.messages()
            .map(message -> new String(MessageCodec.encode(message), UTF_8).stripTrailing())
            .toList();
    SplittableRandom random = new SplittableRandom(20_261_129);
    int read = 0;
    int messages = 0;
    for (int round = 0; round < 300_000; round++) {
      byte[] line = damaged(lines.get(random.nextInt(lines.size())), random);
      MessageCodec.Decoded plain = PlainMessage.read(line, 0, line.length);
      MessageCodec.Decoded parsed = MessageParser.parse(line, 0, line.length);
      if (plain != null) {
        read++;
        assertThat(plain).as(new String(line, ISO_8859_1)).isEqualTo(parsed);
      }
      messages += parsed instanceof MessageCodec.Known ? 1 : 0;
    }
    assertThat(read).isGreaterThan(messages / 2).isLessThan(300_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"op\":\"execute\",\"type\":\"a\",\"timeout\":1,\"epoch\":7,\"payload\":\"x\"",
        "\"op\":\"execute\",\"type\":\"a\",\"timeout\":1,\"payload\":{\"a\":[1,-2.5e3,\"\\n\",null]}",
        "\"op\":\"accepted\",\"credit\":3",
        "\"op\":\"result\",\"result\":[1, 2],\"ran\":17,\"credit\":0",
        "\"op\":\"result-ack\""
      })
  void theUsualMessagesAreRead(String message) {
    byte[] line = ("{" + HEAD + message + "}").getBytes(UTF_8);

    MessageCodec.Decoded plain = PlainMessage.read(line, 0, line.length);

    assertThat(plain).isNotNull().isEqualTo(MessageParser.parse(line, 0, line.length));
  }

  /** Changes to the text, and now and then a byte that is another, or an end before the end. */
  private static byte[] damaged(String line, SplittableRandom random) {
    byte[] damaged = DamagedJson.of(line, random, 4).getBytes(UTF_8);
    if (damaged.length > 0 && random.nextInt(8) == 0) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    int length = random.nextInt(8) == 0 ? random.nextInt(damaged.length + 1) : damaged.length;
    return Arrays.copyOf(damaged, length);
  }
}
