package tasknet.monitoring.attention;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import tasknet.runtime.NanoClock;

/** Whether somebody looks: while nobody does, less is asked. */
public final class Attention {
  /** So long it lasts after a look. */
  private static final Duration LASTS = Duration.ofSeconds(10);

  private final NanoClock clock;
  private long until;

  public Attention(NanoClock clock) {
    this.clock = clock;
    this.until = clock.nanoTime();
  }

  /** Somebody looks; whoever pauses for long goes on. */
  public synchronized void look() {
    boolean wasThere = isThere();
    until = clock.nanoTime() + LASTS.toNanos();
    if (!wasThere) {
      notifyAll();
    }
  }

  /**
   * Waits until a period is over.
   *
   * @param from when it began, by the nano clock
   * @param whileLooked how long it is while somebody looks
   */
  public synchronized void pause(long from, Duration whileLooked, Duration otherwise)
      throws InterruptedException {
    for (long left = 1; left > 0; ) {
      Duration period = isThere() ? whileLooked : otherwise;
      left = from + period.toNanos() - clock.nanoTime();
      if (left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
      }
    }
  }

  /** Waits for so long; no longer than until somebody begins to look. */
  public synchronized void awaitLook(Duration most) throws InterruptedException {
    boolean wasThere = isThere();
    long until = clock.nanoTime() + most.toNanos();
    for (long left = most.toNanos();
        left > 0 && (wasThere || !isThere());
        left = until - clock.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
    }
  }

  /** Whether somebody looks. */
  public synchronized boolean isThere() {
    return clock.nanoTime() - until < 0;
  }
}
