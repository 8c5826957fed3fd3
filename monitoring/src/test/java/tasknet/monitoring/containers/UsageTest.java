package tasknet.monitoring.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class UsageTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aProcessorInFullUseIsAHundredPercent() {
    Usage usage = Usage.between(reading(0, 0, 0), reading(1, SECOND, 4 * SECOND));

    assertThat(usage.cpuPercent()).isEqualTo(100);
  }

  @Test
  void allProcessorsInFullUseAreAHundredPercentEach() {
    Usage usage = Usage.between(reading(0, 0, 0), reading(1, 4 * SECOND, 4 * SECOND));

    assertThat(usage.cpuPercent()).isEqualTo(400);
  }

  @Test
  void theFirstReadingHasNoRates() {
    Usage usage = Usage.between(null, reading(5, SECOND, 4 * SECOND));

    assertThat(usage.cpuPercent()).isZero();
    assertThat(usage.networkReceivedPerSecond()).isZero();
    assertThat(usage.networkReceived()).isEqualTo(5000);
  }

  @Test
  void ratesAreBytesPerSecondWhateverTheDistance() {
    Usage usage = Usage.between(reading(10, 0, 0), reading(14, 0, 0));

    assertThat(usage.networkReceivedPerSecond()).isEqualTo(1000);
    assertThat(usage.networkSentPerSecond()).isEqualTo(2000);
    assertThat(usage.blockReadPerSecond()).isEqualTo(3000);
    assertThat(usage.blockWrittenPerSecond()).isEqualTo(4000);
  }

  @Test
  void countersThatWentBackHaveNoRates() {
    Usage usage = Usage.between(reading(10, 5, 5), reading(3, 1, 6));

    assertThat(usage.cpuPercent()).isZero();
    assertThat(usage.blockWrittenPerSecond()).isZero();
  }

  @Test
  void memoryIsCountedWithoutTheCache() {
    Usage usage = Usage.between(null, reading(0, 0, 0));

    assertThat(usage.memory()).isEqualTo(700);
    assertThat(usage.memoryPercent()).isEqualTo(35);
  }

  @Test
  void theHistoryIsBoundedAndKeepsTheNewest() {
    UsageHistory history = new UsageHistory();
    for (int second = 0; second < UsageHistory.CAPACITY + 10; second++) {
      history.add(reading(second, 0, 0));
    }

    assertThat(history.newest(1000)).hasSize(UsageHistory.CAPACITY);
    assertThat(history.newest(2))
        .extracting(Usage::at)
        .containsExactly(START.plusSeconds(308), START.plusSeconds(309));
    Usage latest = history.latest();
    assertThat(latest == null ? null : latest.at()).isEqualTo(START.plusSeconds(309));
  }

  private static Usage.Counters reading(long second, long cpu, long machineCpu) {
    return new Usage.Counters(
        START.plusSeconds(second),
        cpu,
        machineCpu,
        4,
        1000,
        300,
        2000,
        1000 * second,
        2000 * second,
        3000 * second,
        4000 * second,
        7L);
  }
}
