package tasknet.nameservice;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import tasknet.runtime.NanoClock;

/**
 * Makes the registry expire each worker when its time is over, and sleeps between. When it was
 * itself held up (a suspended machine, a stopped process), it gives the workers that time back:
 * nobody could hear their heartbeats.
 */
final class ExpiryTimer implements AutoCloseable {
  /** How much later than planned it may wake up. */
  private static final Duration SLACK = Duration.ofMillis(100);

  private static final Duration SHORTEST_SLEEP = Duration.ofMillis(1);

  private final Registry registry;
  private final NanoClock clock;
  private final Logger log;
  private final Duration longestSleep;
  private final Duration heldUp;
  private final ScheduledExecutorService thread;
  private long last;

  ExpiryTimer(Registry registry, Duration timeToLive, NanoClock clock, Logger log) {
    this.registry = registry;
    this.clock = clock;
    this.log = log;
    // No longer, or it could not tell a long sleep from having been held up.
    this.longestSleep = timeToLive.dividedBy(4).plusNanos(1);
    this.heldUp = timeToLive.dividedBy(2).plus(shorter(timeToLive.dividedBy(10), SLACK));
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("expiry").factory());
    this.last = clock.nanoTime();
  }

  void start() {
    last = clock.nanoTime();
    thread.execute(this::run);
  }

  private void run() {
    Duration sleep = tick();
    var _ = thread.schedule(this::run, sleep.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * One look at the clock.
   *
   * @return when to look again; a worker that joins meanwhile lives longer than that
   */
  Duration tick() {
    try {
      long now = clock.nanoTime();
      Duration passed = Duration.ofNanos(now - last);
      last = now;
      if (passed.compareTo(heldUp) > 0) {
        log.warn("was held up for {}; all workers get that time back", passed);
        registry.prolong(passed);
      }
      registry.expire();
      Duration left = registry.untilNextExpiry().orElse(longestSleep);
      return left.compareTo(SHORTEST_SLEEP) < 0 ? SHORTEST_SLEEP : shorter(left, longestSleep);
    } catch (RuntimeException e) {
      log.error("expiry failed and is tried again", e); // thrown, it would end the timer
      return shorter(longestSleep, SLACK);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    thread.close();
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
