package tasknet.monitoring.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tasknet.monitoring.containers.Container;
import tasknet.monitoring.containers.ContainerState;
import tasknet.monitoring.containers.Usage;

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
    assertThat(LiveContainer.of(container(null)).cpu()).isEmpty();
    assertThat(cpu()).isEmpty();
  }

  private static List<Double> cpu(Usage... readings) {
    return LiveContainer.of(container(List.of(readings))).cpu();
  }

  private static Usage reading(long millis, double cpu) {
    return new Usage(START.plusMillis(millis), cpu, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null);
  }

  private static Container container(@Nullable List<Usage> history) {
    return new Container(
        "id",
        "name",
        null,
        null,
        "image",
        ContainerState.RUNNING,
        null,
        null,
        START,
        START,
        null,
        null,
        0,
        null,
        null,
        null,
        List.of(),
        Map.of(),
        Map.of(),
        null,
        history);
  }
}
