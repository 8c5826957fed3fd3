package tasknet.dispatcher.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.registry.WorkerId;
import tasknet.task.JsonText;
import tasknet.task.ScheduledTick;
import tasknet.task.TaskTerms;

class LogCodecTest {
  private final ByteWriter out = new ByteWriter();

  @Test
  void anyRecordsAreReadAsTheyWereWritten() {
    WalSample sample = new WalSample(11);
    List<LogRecord> records = new ArrayList<>();
    for (int number = 0; number < 3000; number++) {
      LogRecord entry = sample.entry();
      records.add(entry);
      LogCodec.write(entry, out);
    }

    ByteReader in = new ByteReader(out.bytes(), 0, out.size());
    for (LogRecord entry : records) {
      assertThat(LogCodec.read(in)).isEqualTo(entry);
    }
    assertThat(in.isAtEnd()).isTrue();
  }

  @Test
  void anInstantIsKeptInWholeMicroseconds() {
    QueuedTask task = WalSample.task(1);
    Instant exact = Instant.parse("1969-12-31T23:59:59.123456789Z");
    AttemptStart start = new AttemptStart(task.nextAttempt(), new WorkerId("w"), "h", 1, 1L, exact);

    LogRecord.Begun read = (LogRecord.Begun) copy(new LogRecord.Begun(start));

    assertThat(read.start().at()).isEqualTo("1969-12-31T23:59:59.123456Z");
  }

  @Test
  void aTaskWithNothingSpecialTakesLittleMoreThanItsPayload() {
    LogRecord.Added added = WalSample.added(1);
    LogCodec.write(added, out);

    assertThat(out.size()).isLessThan(50 + added.task().request().payload().bytes());
  }

  static Stream<TaskTerms> termsThatNeedTheStore() {
    TaskTerms plain = TaskTerms.STANDARD;
    return Stream.of(
        plain.withDeadline(WalSample.NOW),
        plain.withRunAt(WalSample.NOW),
        plain.withCallback(URI.create("http://localhost/")),
        plain.withSchedule(new ScheduledTick("nightly", WalSample.NOW)));
  }

  @ParameterizedTest
  @MethodSource("termsThatNeedTheStore")
  void aTaskThatIsNeverInMemoryIsRefused(TaskTerms terms) {
    QueuedTask task = WalSample.task(1);
    LogRecord added =
        new LogRecord.Added(
            new QueuedTask(task.id(), task.request().with(terms), WalSample.NOW, 1, 0, 0));

    assertThatThrownBy(() -> LogCodec.write(added, out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(task.id().toString());
  }

  @Test
  void anInstantThatMicrosecondsDoNotReachIsRefused() {
    LogRecord completed =
        new LogRecord.Completed(WalSample.task(1).nextAttempt(), Instant.MAX, JsonText.NULL);

    assertThatThrownBy(() -> LogCodec.write(completed, out))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aRecordThatEndsTooEarlyIsRefused() {
    WalSample sample = new WalSample(12);
    for (int number = 0; number < 50; number++) {
      out.clear();
      LogCodec.write(sample.entry(), out);
      byte[] whole = Arrays.copyOf(out.bytes(), out.size());
      for (int length = 0; length < Math.min(whole.length, 2000); length++) {
        ByteReader in = new ByteReader(whole, 0, length);
        assertThatThrownBy(() -> LogCodec.read(in)).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void anyBytesAreReadOrRefused() {
    SplittableRandom random = new SplittableRandom(13);
    byte[] bytes = new byte[200];
    for (int round = 0; round < 20_000; round++) {
      random.nextBytes(bytes);
      bytes[0] = (byte) random.nextInt(6);
      try {
        assertThat(LogCodec.read(new ByteReader(bytes, 0, bytes.length))).isNotNull();
      } catch (RuntimeException e) {
        assertThat(e).isNotInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void whatIsTooLargeIsRefusedAndTheRestStays() {
    out.putInt(7);
    String text = "x".repeat(40 << 20);
    out.putText(text);

    assertThatThrownBy(() -> out.putText(text)).isInstanceOf(IllegalArgumentException.class);

    assertThat(out.written().getInt()).isEqualTo(7);
    out.clear();
    assertThat(out.bytes()).hasSizeLessThan(1 << 20);
  }

  private LogRecord copy(LogRecord entry) {
    LogCodec.write(entry, out);
    return LogCodec.read(new ByteReader(out.bytes(), 0, out.size()));
  }
}
