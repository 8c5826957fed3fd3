package tasknet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTest {
  @Test
  void aHeaderIsReadAsItWasWritten() {
    Header header = new Header("worker-1.hash_A", 1_795_000_000_000L, Long.MAX_VALUE);
    byte[] line = header.encode();

    assertThat(new String(line, StandardCharsets.US_ASCII))
        .isEqualTo("TN1 worker-1.hash_A 1795000000000 9223372036854775807\n");
    assertThat(parse(line)).isEqualTo(new Header.Parsed(header, line.length, null));
  }

  @Test
  void theWordsOfASignatureArePassedOver() {
    assertThat(parse("TN1 a 1 2 key-1 00112233445566778899aabbccddeeff\n{}").header())
        .isEqualTo(new Header("a", 1, 2));
  }

  @Test
  void theBodyBeginsBehindTheHeader() {
    assertThat(parse("TN1 a 1 2\n{}").bodyStart()).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TN2 a 1 2\n", "TN10 a 1 2\n", "TN x\n"})
  void anotherVersionIsToldFromRubbish(String datagram) {
    assertThat(parse(datagram).drop()).isEqualTo(Drop.VERSION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "TN1",
        "TN1 a 1 2",
        "TN1 a 1\n",
        "TN1 a 1 2 key\n",
        "TN1 a 1 2 key mac more\n",
        "TN1  1 2\n",
        "TN1 a b 1 2\n",
        "TN1 a/b 1 2\n",
        "TN1 ä 1 2\n",
        "TN1 a 1 2\r\n",
        " TN1 a 1 2\n",
        "tn1 a 1 2\n",
        "TN1 a -1 2\n",
        "TN1 a -0 2\n",
        "TN1 a +1 2\n",
        "TN1 a 1 9223372036854775808\n",
        "TN1 a 0x1 2\n",
        "TN1 a ² 2\n",
        "TN1 a 1.0 2\n",
        "TN1 a 1 \n",
        "GET / HTTP/1.1\n",
      })
  void whatIsNoHeaderIsRefused(String datagram) {
    assertThat(parse(datagram).header()).isNull();
    assertThat(parse(datagram).drop()).isEqualTo(Drop.MALFORMED);
  }

  @Test
  void aNodeHasAtMost64Characters() {
    assertThat(parse("TN1 " + "n".repeat(64) + " 1 2\n").header()).isNotNull();
    assertThat(parse("TN1 " + "n".repeat(65) + " 1 2\n").drop()).isEqualTo(Drop.MALFORMED);
  }

  @Test
  void nothingIsSearchedBeyondTheLongestHeader() {
    String zeros = "0".repeat(Header.MAX_LENGTH);

    assertThat(parse("TN1 a 1 " + zeros + "1\n{}").drop()).isEqualTo(Drop.MALFORMED);
  }

  @Test
  void theLineMayEndWhereTheDatagramEndsButNotBehindIt() {
    byte[] data = "TN1 a 1 2\n".getBytes(StandardCharsets.US_ASCII);

    assertThat(Header.parse(data, data.length).header()).isNotNull();
    assertThat(Header.parse(data, data.length - 1).header()).isNull();
  }

  private static Header.Parsed parse(String datagram) {
    return parse(datagram.getBytes(StandardCharsets.UTF_8));
  }

  private static Header.Parsed parse(byte[] datagram) {
    return Header.parse(datagram, datagram.length);
  }
}
