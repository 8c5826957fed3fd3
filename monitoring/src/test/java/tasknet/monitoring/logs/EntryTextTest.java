package tasknet.monitoring.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.logging.LogLevel;

class EntryTextTest {
  private static final String HEAD = "2026-11-23T17:53:26.123+02:00 WARN  worker-hash-2 ";

  @Test
  void aLineHasTimeLevelServiceAndMessage() {
    LogEntry entry = read(HEAD + "careful with that\n");

    assertThat(entry)
        .isEqualTo(
            new LogEntry(
                Instant.parse("2026-11-23T15:53:26.123Z"),
                LogLevel.WARN,
                "worker-hash-2",
                "worker-hash-2.log",
                "careful with that",
                null,
                null,
                null,
                null,
                false));
  }

  @Test
  void theFieldsAreReadFromTheMessage() {
    LogEntry entry = read(HEAD + "attempt failed code=x task=01ARZ attempt=12 worker=w-1\n");

    assertThat(entry.task()).isEqualTo("01ARZ");
    assertThat(entry.attempt()).isEqualTo(12);
    assertThat(entry.worker()).isEqualTo("w-1");
    assertThat(entry.message()).endsWith("attempt=12 worker=w-1");
  }

  @Test
  void textFromOutsideDoesNotReplaceTheFieldsThatTheServiceAdds() {
    LogEntry entry = read(HEAD + "failed message=say task=FORGED worker=me task=REAL worker=w-1\n");

    assertThat(entry.task()).isEqualTo("REAL");
    assertThat(entry.worker()).isEqualTo("w-1");
  }

  @Test
  void aFieldIsAWordOfItsOwn() {
    LogEntry entry = read(HEAD + "subtask=1 (worker=w) attempt=many\n");

    assertThat(entry.task()).isNull();
    assertThat(entry.worker()).isNull();
    assertThat(entry.attempt()).isNull();
  }

  @Test
  void theLinesOfATraceBelongToTheEntry() {
    LogEntry entry =
        read(HEAD + "it failed task=T\n    java.lang.X: no task=U\n        at a.B.c(B.java:1)\n");

    assertThat(entry.message()).isEqualTo("it failed task=T");
    assertThat(entry.task()).isEqualTo("T");
    assertThat(entry.trace()).isEqualTo("    java.lang.X: no task=U\n        at a.B.c(B.java:1)");
  }

  @Test
  void whatIsNoLogLineIsTextWithoutTimeAndLevel() {
    LogEntry entry = read("Exception in thread main task=T\r\n\u0007\r\n");

    assertThat(entry.time()).isNull();
    assertThat(entry.level()).isNull();
    assertThat(entry.task()).isNull();
    assertThat(entry.service()).isEqualTo("worker-hash-2");
    assertThat(entry.message()).isEqualTo("Exception in thread main task=T");
    assertThat(entry.trace()).isEqualTo("\uFFFD");
  }

  @Test
  void bytesThatAreNoTextAreReplaced() {
    byte[] bytes = (HEAD + "a?b\u001b[2J\u0000\n").getBytes(StandardCharsets.UTF_8);
    bytes[HEAD.length() + 1] = (byte) 0xff;

    assertThat(read(bytes, false).message()).isEqualTo("a\uFFFDb\uFFFD[2J\uFFFD");
  }

  @Test
  void whatIsCutIsMarked() {
    LogEntry message = read((HEAD + "long").getBytes(StandardCharsets.UTF_8), true);
    LogEntry trace = read((HEAD + "it\n  at").getBytes(StandardCharsets.UTF_8), true);

    assertThat(message.cut()).isTrue();
    assertThat(message.message()).isEqualTo("long…");
    assertThat(trace.message()).isEqualTo("it");
    assertThat(trace.trace()).isEqualTo("  at…");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T17:53:26.123+02:00 WARN  ", // no service
        "2026-11-23T17:53:26.123+02:00 WARN service message that is long enough",
        "2026-11-23T17:53:26.123+02:00 NOISE service message that is long enough",
        "2026-13-23T17:53:26.123+02:00 WARN  service no such month",
        "2026-11-23T17:53:26.123+19:00 WARN  service no such zone",
        "2026-11-23T17:53:26,123+02:00 WARN  service another format",
        "2026-11-23T17:53:26.123Z WARN  service another format, too",
        " 2026-11-23T17:53:26.123+02:00 WARN  service indented",
        "",
      })
  void anythingElseIsNoHead(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);

    assertThat(LineHead.at(bytes, 0, bytes.length)).isNull();
  }

  @Test
  void anEmptyMessageIsOne() {
    assertThat(read(HEAD + "\n").message()).isEmpty();
  }

  private static LogEntry read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8), false);
  }

  private static LogEntry read(byte[] bytes, boolean cut) {
    LineHead head = LineHead.at(bytes, 0, bytes.length);
    return EntryText.read(
        new RawEntry(0, bytes.length, head, bytes, cut), "worker-hash-2", "worker-hash-2.log");
  }
}
