package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecentRateTest {
  private static final long SECOND = 1_000_000_000;

  @ParameterizedTest
  @ValueSource(ints = {5, 15, 120})
  void anEvenRateIsThatRateHoweverLongItLasts(int seconds) {
    RecentRate rate = new RecentRate(0);
    happen(rate, 0, seconds, 20);

    assertThat(rate.perSecond(seconds * SECOND)).isCloseTo(20, within(1.0));
  }

  @Test
  void whatEndsIsForgotten() {
    RecentRate rate = new RecentRate(0);
    happen(rate, 0, 120, 20);

    assertThat(rate.perSecond(135 * SECOND)).isCloseTo(20 / Math.E, within(0.5));
    assertThat(rate.perSecond(300 * SECOND)).isLessThan(0.001);
  }

  @Test
  void aChangeIsSeenWithinSeconds() {
    RecentRate rate = new RecentRate(0);
    happen(rate, 0, 120, 2);
    happen(rate, 120, 150, 100);

    assertThat(rate.perSecond(150 * SECOND)).isBetween(80.0, 100.0);
  }

  @Test
  void theFirstTimesAreNoFlood() {
    RecentRate rate = new RecentRate(0);
    rate.happened(1);
    rate.happened(2);

    assertThat(rate.perSecond(2)).isBetween(1.9, 2.2);
  }

  @Test
  void nothingIsNothing() {
    assertThat(new RecentRate(-5).perSecond(SECOND)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 100, 1",
    "1, 0.5, 2",
    "1, 0.3, 4",
    "500, 10, 50",
    "1, 0.002, 300",
    "100000, 10, 300",
    "1, 0.0009, 60",
    "7, 0, 60",
  })
  void whoIsRefusedMayComeBackWhenThereIsAPlace(long tooMany, double perSecond, int seconds) {
    assertThat(RetryAfter.seconds(tooMany, perSecond)).isEqualTo(seconds);
  }

  private static void happen(RecentRate rate, int from, int until, int perSecond) {
    for (long now = from * SECOND; now < until * SECOND; now += SECOND / perSecond) {
      rate.happened(now);
    }
  }
}
