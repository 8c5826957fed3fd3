package tasknet.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RttEstimatorTest {
  private final RttEstimator estimator = new RttEstimator();

  @Test
  void withoutASampleTheFirstTimeoutHolds() {
    assertThat(estimator.timeout()).isEqualTo(ms(333));
    assertThat(estimator.roundTrip()).isNull();
  }

  @Test
  void theNumbersAreThoseOfTheRfc() {
    estimator.sample(ms(100));
    // SRTT = 100, RTTVAR = 50, RTO = 100 + 4 · 50
    assertThat(estimator.roundTrip()).isEqualTo(Duration.ofMillis(100));
    assertThat(estimator.timeout()).isEqualTo(ms(300));

    estimator.sample(ms(180));
    // RTTVAR = 3/4 · 50 + 1/4 · |100 - 180| = 57.5; SRTT = 7/8 · 100 + 1/8 · 180 = 110
    assertThat(estimator.roundTrip()).isEqualTo(Duration.ofMillis(110));
    assertThat(estimator.timeout()).isEqualTo(ms(340));

    estimator.sample(ms(110));
    // RTTVAR = 43.125; SRTT = 110
    assertThat(estimator.timeout()).isEqualTo(282_500_000);
  }

  @Test
  void theTimeoutStaysBetweenFloorAndCap() {
    estimator.sample(ms(1));
    assertThat(estimator.timeout()).isEqualTo(ms(50));

    for (int sample = 0; sample < 20; sample++) {
      estimator.sample(ms(60_000));
    }
    assertThat(estimator.timeout()).isEqualTo(ms(4_000));
  }

  @Test
  void aPeerIsSilentAfterTheTimeoutWithALowerFloor() {
    assertThat(estimator.probeTimeout()).as("before the first sample").isEqualTo(ms(4_000));

    estimator.sample(ms(2));
    assertThat(estimator.probeTimeout()).isEqualTo(ms(6));

    for (int sample = 0; sample < 100; sample++) {
      estimator.sample(ms(1) / 10);
    }
    assertThat(estimator.probeTimeout()).isEqualTo(ms(2));
  }

  @Test
  void aSteadyRoundTripIsLearned() {
    for (int sample = 0; sample < 100; sample++) {
      estimator.sample(ms(80));
    }

    assertThat(estimator.roundTrip()).isEqualTo(Duration.ofMillis(80));
    assertThat(estimator.timeout()).isBetween(ms(80), ms(81));
  }

  @Test
  void aTimeoutThatWasTooShortHoldsNoLonger() {
    estimator.sample(ms(20));
    estimator.backOff(ms(400));
    assertThat(estimator.timeout()).isEqualTo(ms(400));

    estimator.backOff(ms(200));
    assertThat(estimator.timeout()).isEqualTo(ms(400));

    estimator.backOff(ms(9_000));
    assertThat(estimator.timeout()).isEqualTo(ms(4_000));

    estimator.sample(ms(20));
    assertThat(estimator.timeout()).isEqualTo(ms(50));
  }

  private static long ms(long milliseconds) {
    return Duration.ofMillis(milliseconds).toNanos();
  }
}
