package tasknet.nameservice;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import tasknet.runtime.NanoClock;

/**
 * Makes the registry expire workers all the time. When it was itself held up (a suspended machine,
 * a stopped process), it gives the workers that time back: nobody could hear their heartbeats.
 */
final class ExpiryTimer implements AutoCloseable {
  private static final Duration LONGEST_PERIOD = Duration.ofMillis(100);

  private final Registry registry;
  private final NanoClock clock;
  private final Logger log;
  private final Duration period;
  private final Duration heldUp;
  private final ScheduledExecutorService thread;
  private long last;

  ExpiryTimer(Registry registry, Duration timeToLive, NanoClock clock, Logger log) {
    this.registry = registry;
    this.clock = clock;
    this.log = log;
    Duration tenth = timeToLive.dividedBy(10).plusNanos(1);
    this.period = tenth.compareTo(LONGEST_PERIOD) < 0 ? tenth : LONGEST_PERIOD;
    this.heldUp = timeToLive.dividedBy(2).plus(period);
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("expiry").factory());
    this.last = clock.nanoTime();
  }

  void start() {
    last = clock.nanoTime();
    var _ =
        thread.scheduleWithFixedDelay(
            this::tick, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** One look at the clock. */
  void tick() {
    try {
      long now = clock.nanoTime();
      Duration passed = Duration.ofNanos(now - last);
      last = now;
      if (passed.compareTo(heldUp) > 0) {
        log.warn("was held up for {}; all workers get that time back", passed);
        registry.prolong(passed);
      }
      registry.expire();
    } catch (RuntimeException e) {
      log.error("expiry failed and is tried again", e); // thrown, it would end the timer
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    thread.close();
  }
}
