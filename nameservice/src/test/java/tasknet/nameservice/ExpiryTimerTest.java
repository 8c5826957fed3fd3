package tasknet.nameservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;
import tasknet.registry.WorkerId;
import tasknet.testkit.TestClock;

class ExpiryTimerTest {
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(5);

  private final TestClock clock = new TestClock();
  private final Registry registry = new Registry(TIME_TO_LIVE, clock, clock, change -> {});
  private final ExpiryTimer timer =
      new ExpiryTimer(registry, TIME_TO_LIVE, clock, NOPLogger.NOP_LOGGER);

  @AfterEach
  void close() {
    timer.close();
  }

  @Test
  void silentWorkersExpire() {
    registry.register(new WorkerId("a"), RegistryTest.registration(1, "hash"));

    tick(49);
    assertThat(registry.size()).isEqualTo(1);
    tick(1);
    assertThat(registry.size()).isZero();
  }

  @Test
  void timeInWhichTheNameserviceWasHeldUpIsGivenBack() {
    registry.register(new WorkerId("a"), RegistryTest.registration(1, "hash"));
    tick(10);

    clock.advance(Duration.ofMinutes(10));
    timer.tick();

    assertThat(registry.size()).isEqualTo(1);
    tick(39);
    assertThat(registry.size()).isEqualTo(1);
    tick(1);
    assertThat(registry.size()).isZero();
  }

  private void tick(int times) {
    for (int i = 0; i < times; i++) {
      clock.advance(Duration.ofMillis(100));
      timer.tick();
    }
  }
}
