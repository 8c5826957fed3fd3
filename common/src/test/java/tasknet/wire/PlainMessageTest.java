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

/** The quick reader never says anything else than the parser. */
class PlainMessageTest {
  private static final String HEAD = "\"task\":\"01KATXK2S0ABCDEFGHJKMNPQRS\",\"attempt\":2,";
  private static final String[] PIECES = {
    "\"",
    "\\",
    "\\u00e9",
    "\\ud83d",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    " ",
    "\t",
    "\r",
    "0",
    "-",
    "1.5",
    "1e5",
    "9",
    "null",
    "true",
    "false",
    "nul",
    "\"a\"",
    "\"credit\":1,",
    "\"op\":\"probe\",",
    "é",
    "\u0001",
    "99999999999999999999",
    "01",
    "{\"a\":[]}",
    "[1,2]"
  };

  @Test
  void whatItReadsIsWhatTheParserReads() {
    List<byte[]> lines = MessageCodecTest.messages().map(MessageCodec::encode).toList();
    SplittableRandom random = new SplittableRandom(20_261_129);
    int read = 0;
    int messages = 0;
    for (int round = 0; round < 300_000; round++) {
      byte[] line = lines.get(random.nextInt(lines.size()));
      line = Arrays.copyOf(line, line.length - 1);
      for (int change = random.nextInt(4); change > 0; change--) {
        line = changed(line, random);
      }
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

  /** One byte is another, or is left out, or something stands before it, or ends there. */
  private static byte[] changed(byte[] line, SplittableRandom random) {
    if (line.length == 0) {
      return line;
    }
    int at = random.nextInt(line.length);
    String before = new String(line, 0, at, ISO_8859_1);
    String after = new String(line, at, line.length - at, ISO_8859_1);
    String piece = new String(PIECES[random.nextInt(PIECES.length)].getBytes(UTF_8), ISO_8859_1);
    String changed =
        switch (random.nextInt(10)) {
          case 0 -> before;
          case 1, 2 -> before + after.substring(1);
          case 3 -> before + (char) random.nextInt(256) + after.substring(1);
          case 4, 5 -> before + piece + after.substring(1);
          default -> before + piece + after;
        };
    return changed.getBytes(ISO_8859_1);
  }
}
