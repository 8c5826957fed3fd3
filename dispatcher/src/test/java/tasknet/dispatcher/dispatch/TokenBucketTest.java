package tasknet.dispatcher.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void aWholeSecondsTokensAreThereAtTheStartAndThenTheyComeEvenly() {
    TokenBucket bucket = new TokenBucket(4, 0);
    for (int count = 0; count < 4; count++) {
      assertThat(bucket.next(0)).isZero();
      bucket.take(0);
    }

    assertThat(bucket.next(0)).isEqualTo(SECOND / 4);
    assertThat(bucket.next(SECOND / 8)).isEqualTo(SECOND / 4);
    assertThat(bucket.next(SECOND / 4)).isEqualTo(SECOND / 4);
  }

  @Test
  void lessThanOneASecondAllowsOneAtATime() {
    TokenBucket bucket = new TokenBucket(0.1, 0);
    bucket.take(0);

    assertThat(bucket.next(0)).isEqualTo(10 * SECOND);
    bucket.take(10 * SECOND);
    assertThat(bucket.next(1_000 * SECOND)).isEqualTo(1_000 * SECOND);
    bucket.take(1_000 * SECOND);
    assertThat(bucket.next(1_000 * SECOND)).isEqualTo(1_010 * SECOND);
  }

  @Test
  void anotherRateGivesNothingAtOnce() {
    TokenBucket bucket = TokenBucket.empty(1, 0);
    assertThat(bucket.next(0)).isEqualTo(SECOND);
    bucket.change(10, SECOND / 2);
    assertThat(bucket.next(SECOND / 2)).isEqualTo(SECOND / 2 + SECOND / 20);
    for (int count = 0; count < 100; count++) {
      bucket.change(1 + count % 2, SECOND / 2);
    }
    assertThat(bucket.next(SECOND / 2)).isEqualTo(SECOND / 2 + SECOND / 4);
  }

  @Test
  void aLowerRateTakesAwayWhatCouldHappenAtOnce() {
    TokenBucket bucket = new TokenBucket(100, 0);
    bucket.change(2, 0);
    bucket.take(0);
    bucket.take(0);

    assertThat(bucket.next(0)).isEqualTo(SECOND / 2);
  }

  /** Whoever asks when, and then does it as early as allowed. */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 1, 2.5, 7, 1000, 333_333.3})
  void inNoStretchOfTimeThereAreMoreThanTheRateAndTheBurstAllow(double rate) {
    long seed = 5;
    Random random = new Random(seed);
    TokenBucket bucket = new TokenBucket(rate, -77);
    List<Long> taken = new ArrayList<>();
    long now = -77;
    for (int count = 0; count < 1_000; count++) {
      if (random.nextInt(20) == 0) {
        now += (long) (random.nextDouble() * 5 / rate * SECOND);
      }
      now = bucket.next(now);
      assertThat(bucket.next(now)).as("seed %s", seed).isEqualTo(now);
      bucket.take(now);
      taken.add(now);
    }

    for (int first = 0; first < taken.size(); first++) {
      for (int last = first; last < taken.size(); last += 17) {
        double seconds = (double) (taken.get(last) - taken.get(first)) / SECOND;
        assertThat((double) (last - first + 1))
            .as("seed %s from %s to %s", seed, first, last)
            .isLessThanOrEqualTo(seconds * rate + Math.max(1, rate) + 0.01);
      }
    }
  }
}
