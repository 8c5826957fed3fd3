package tasknet.monitoring.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BucketsTest {
  private static final long SECOND = 1_795_000_000;

  private final SampleRing ring = new SampleRing();

  @Test
  void ratesAreTheMeanAndAgesTheWorst() {
    put(SECOND, 10);
    put(SECOND + 2, 20);
    put(SECOND + 4, 60);

    Map<String, List<@Nullable Double>> series = read(SECOND, 6, 1);

    assertThat(series.get("submitted")).containsExactly(30.0);
    assertThat(series.get("workers")).containsExactly(30.0);
    assertThat(series.get("oldestQueued")).containsExactly(60.0);
    assertThat(series.get("p99")).containsExactly(60.0);
  }

  @Test
  void whatIsNotKnownIsNull() {
    put(SECOND, 10);
    put(SECOND + 2, Float.NaN);
    put(SECOND + 8, 1);

    assertThat(read(SECOND, 2, 5).get("queued")).containsExactly(10.0, null, null, null, 1.0);
    assertThat(read(SECOND, 4, 3).get("queued")).containsExactly(10.0, null, 1.0);
  }

  @Test
  void whatIsOlderThanADayIsGone() {
    put(SECOND, 1);
    put(SECOND + 86_400, 2);

    assertThat(read(SECOND, 2, 1).get("p50")).containsExactly((Double) null);
    assertThat(read(SECOND + 86_400, 2, 1).get("p50")).containsExactly(2.0);
  }

  @Test
  void aWholeDayIsReadInOneGo() {
    for (int step = 0; step < SampleRing.CAPACITY; step++) {
      put(SECOND + step * 2L, step);
    }

    Map<String, List<@Nullable Double>> series = read(SECOND, 192, 450);

    List<@Nullable Double> queued = Objects.requireNonNull(series.get("queued"));
    assertThat(queued).hasSize(450).doesNotContainNull();
    assertThat(queued.getFirst()).isEqualTo(47.5);
    assertThat(queued.getLast()).isEqualTo(43_200 - 96 + 47.5);
  }

  private Map<String, List<@Nullable Double>> read(long first, int step, int count) {
    Buckets buckets = new Buckets(first, step, count);
    ring.read(first, first + (long) step * count, buckets);
    return buckets.series();
  }

  private void put(long second, float value) {
    float[] values = new float[Series.COUNT];
    Arrays.fill(values, value);
    ring.put(new Sample(second, values));
  }
}
