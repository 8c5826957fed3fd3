package tasknet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
  private static final TaskType HASH = new TaskType("hash");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Line 12 has 3 fields.|Line 7 has 15 fields.",
        "It took 1.5 s|It took 20 s",
        "no file 'a b.txt'|no file 'other.txt'",
        "no file \"a\"|no file \"b c\"",
        "unknown id 3f2504e0-4f89-11d3-9a0c-0305e82c3301|"
            + "unknown id 00000000-0000-0000-0000-00000000000a",
        "task 01M859VRAGADHE87AB3Q5P391R|task 01M859VVX8MCT71JBRVQMGCE54",
        "checksum deadbeef|checksum 0badcafe",
        "worker victim: silent for 1503 ms|worker survivor: silent for 1600 ms",
        "worker worker-hash-1 died: out of memory|worker worker-hash-2 died: out of memory",
        "GET http://10.0.0.7:8080/orders/4711 failed|GET http://10.0.0.8:80/orders/1 failed",
        "a  b\t c|a b c",
      })
  void whatVariesMakesNoDifference(String one, String other) {
    assertThat(of(HASH, "code", one)).isEqualTo(of(HASH, "code", other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Connection refused|Connection reset",
        "can't read the file|can't read the folder's file",
        "java.lang.IllegalStateException: closed|java.lang.IllegalArgumentException: closed",
        "|.",
      })
  void whatIsSaidMakesADifference(String one, String other) {
    assertThat(of(HASH, "code", one == null ? "" : one)).isNotEqualTo(of(HASH, "code", other));
  }

  @Test
  void typeAndCodeMakeADifference() {
    Fingerprint fingerprint = of(HASH, "code", "It broke.");

    assertThat(of(new TaskType("upper"), "code", "It broke.")).isNotEqualTo(fingerprint);
    assertThat(of(HASH, "other", "It broke.")).isNotEqualTo(fingerprint);
  }

  @Test
  void itIsTheSameInEveryRelease() {
    assertThat(of(HASH, "handler-failed", "Line 12 broke.").text()).isEqualTo("395d7e44486696c9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "'", "\"", "«", "worker ", "a.b:c/d", "0", "f"})
  void aLongMessageTakesNoTime(String repeated) {
    String text = repeated.repeat(1_000_000 / repeated.length());

    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> of(HASH, "code", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "x"})
  void whatIsNotOneIsRefused(String text) {
    assertThatThrownBy(() -> new Fingerprint(text))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("fingerprint")
        .hasMessageContaining("16 digits");
  }

  private static Fingerprint of(TaskType type, String code, String message) {
    return Fingerprint.of(type, new TaskError(code, message, true));
  }
}
