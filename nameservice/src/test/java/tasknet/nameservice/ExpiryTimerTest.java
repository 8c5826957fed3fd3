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

  @Test
  void itSleepsUntilAWorkersTimeIsOver() {
    assertThat(timer.tick()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));

    registry.register(new WorkerId("a"), RegistryTest.registration(1, "hash"));
    tick(43);
    registry.register(new WorkerId("b"), RegistryTest.registration(1, "hash"));
    Duration sleep = timer.tick();
    assertThat(sleep).isEqualTo(Duration.ofMillis(700));

    clock.advance(sleep.minusNanos(1));
    timer.tick();
    assertThat(registry.size()).isEqualTo(2);
    clock.advance(Duration.ofNanos(1));
    timer.tick();
    assertThat(registry.size()).isEqualTo(1);
  }

  @Test
  void itIsHeldUpInAnySleepAndNotBySleeping() {
    registry.register(new WorkerId("a"), RegistryTest.registration(1, "hash"));
    Duration sleep = timer.tick();

    // Stopped at the very beginning of a sleep, for as long as a heartbeat may be missed.
    clock.advance(Duration.ofSeconds(4));
    assertThat(sleep).isLessThan(TIME_TO_LIVE.dividedBy(2));
    timer.tick();
    clock.advance(TIME_TO_LIVE.dividedBy(2));
    timer.tick();
    assertThat(registry.size()).isEqualTo(1);

    for (int time = 0; time < 20; time++) {
      clock.advance(timer.tick());
    }
    timer.tick();
    assertThat(registry.size()).isZero();
  }

  private void tick(int times) {
    for (int i = 0; i < times; i++) {
      clock.advance(Duration.ofMillis(100));
      timer.tick();
    }
  }
}
