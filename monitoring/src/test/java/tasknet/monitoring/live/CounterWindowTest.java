package tasknet.monitoring.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CounterWindowTest {
  private final CounterWindow window = new CounterWindow();

  @Test
  void oneReadingIsNoRate() {
    window.add(at(0), 7);

    assertThat(window.rates()).isEmpty();
  }

  @Test
  void theRateIsThatOfTheLastFiveSeconds() {
    for (int second = 0; second <= 20; second++) {
      window.add(at(second), second < 10 ? 0 : (second - 10) * 30L, 5);
    }

    assertThat(window.rates()).containsExactly(30, 0);
  }

  @Test
  void aReadingAfterALongPauseIsComparedWithTheLastOne() {
    window.add(at(0), 0);
    window.add(at(1), 100);
    window.add(at(101), 300);

    assertThat(window.rates()).containsExactly(2);
  }

  @Test
  void countersThatGoBackBeginAnew() {
    window.add(at(0), 1_000);
    window.add(at(1), 1_100);
    window.add(at(2), 3);
    assertThat(window.rates()).isEmpty();

    window.add(at(3), 13);
    assertThat(window.rates()).containsExactly(10);
  }

  private static long at(int second) {
    return Duration.ofSeconds(second).toNanos();
  }
}
