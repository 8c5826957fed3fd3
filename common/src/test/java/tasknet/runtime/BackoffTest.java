package tasknet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final RandomGenerator NO_JITTER = () -> 0;

  @Test
  void theWaitGrowsByTheFactorUpToTheCap() {
    Backoff backoff = new Backoff(SECOND, 3, Duration.ofSeconds(20), 0);

    assertThat(
            IntStream.rangeClosed(1, 5)
                .mapToObj(failures -> backoff.after(failures, NO_JITTER).toSeconds()))
        .containsExactly(1L, 3L, 9L, 20L, 20L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 100, 2_000, Integer.MAX_VALUE})
  void jitterOnlyShortensAndNeverByMoreThanItsPart(int failures) {
    Backoff backoff = new Backoff(SECOND, 2, Duration.ofMinutes(5), 0.25);
    Duration whole = backoff.after(failures, NO_JITTER);
    SplittableRandom random = new SplittableRandom(failures);
    for (int round = 0; round < 1_000; round++) {
      assertThat(backoff.after(failures, random))
          .isBetween(whole.multipliedBy(3).dividedBy(4).minusMillis(1), whole);
    }
    assertThat(whole).isLessThanOrEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void nothingToWaitIsAllowed() {
    Backoff none = new Backoff(Duration.ZERO, 1, Duration.ZERO, 1);

    assertThat(none.after(7, new SplittableRandom(1))).isZero();
  }

  @Test
  void theLongestWaitDoesNotOverflow() {
    Backoff longest = new Backoff(Backoff.MAX_CAP, 100, Backoff.MAX_CAP, 0);

    assertThat(longest.after(100, NO_JITTER)).isEqualTo(Backoff.MAX_CAP);
  }

  @Test
  void whatIsOutOfBoundsIsRefusedByName() {
    refused("first", Duration.ofMillis(-1), 2, SECOND, 0);
    refused("factor", SECOND, 0.9, SECOND, 0);
    refused("factor", SECOND, 100.1, SECOND, 0);
    refused("factor", SECOND, Double.NaN, SECOND, 0);
    refused("cap", SECOND, 2, Duration.ofMillis(999), 0);
    refused("cap", SECOND, 2, Duration.ofDays(366), 0);
    refused("cap", SECOND, 2, Duration.ofSeconds(Long.MAX_VALUE), 0);
    refused("jitter", SECOND, 2, SECOND, -0.1);
    refused("jitter", SECOND, 2, SECOND, 1.1);
    refused("jitter", SECOND, 2, SECOND, Double.NaN);
  }

  private static void refused(
      String name, Duration first, double factor, Duration cap, double jitter) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(first, factor, cap, jitter))
        .withMessageContaining(name);
  }
}
