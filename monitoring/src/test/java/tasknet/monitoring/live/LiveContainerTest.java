package tasknet.monitoring.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tasknet.monitoring.containers.Usage;
import tasknet.monitoring.testkit.SomeContainer;

class LiveContainerTest {
  private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void aReadingIsDrawnForAllSecondsSinceTheOneBefore() {
    assertThat(cpu(reading(0, 1), reading(1_004, 2), reading(5_010, 3), reading(6_008, 4)))
        .containsExactly(1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 4.0);
  }

  @Test
  void readingsOfEachSecondAreDrawnOnceEach() {
    assertThat(cpu(reading(0, 1), reading(997, 2), reading(2_003, 3), reading(2_999, 4)))
        .containsExactly(1.0, 2.0, 3.0, 4.0);
  }

  @Test
  void oneReadingIsOneSecond() {
    assertThat(cpu(reading(0, 7))).containsExactly(7.0);
  }

  @Test
  void noMoreThanAMinuteIsDrawn() {
    assertThat(cpu(reading(0, 1), reading(600_000, 2)))
        .isEqualTo(Collections.nCopies(LiveContainer.READINGS, 2.0));
    Usage[] many =
        IntStream.range(0, 200).mapToObj(i -> reading(i * 1_000L, i)).toArray(Usage[]::new);
    assertThat(cpu(many)).hasSize(LiveContainer.READINGS).startsWith(140.0).endsWith(199.0);
  }

  @Test
  void whatWasNotReadIsNotDrawn() {
    assertThat(cpu((List<Usage>) null)).isEmpty();
    assertThat(cpu()).isEmpty();
  }

  private static List<Double> cpu(Usage... readings) {
    return cpu(List.of(readings));
  }

  private static Usage reading(long millis, double cpu) {
    return new Usage(START.plusMillis(millis), cpu, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null);
  }

  private static List<Double> cpu(@Nullable List<Usage> history) {
    return LiveContainer.of(SomeContainer.running("id", "name", START, history)).cpu();
  }
}
