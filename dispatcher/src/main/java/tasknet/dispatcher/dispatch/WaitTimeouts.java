package tasknet.dispatcher.dispatch;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Ends waits that have lasted long enough. The timer of the JDK's futures is woken by each timeout
 * that is set or cancelled, twice for a task that somebody waits for; this one only by a timeout
 * that is the first to be due.
 */
final class WaitTimeouts implements AutoCloseable {
  /** Something is due so soon that few timeouts are the first. */
  private static final Duration TICK = Duration.ofSeconds(5);

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1,
          Thread.ofPlatform().name("wait-timeouts").daemon().factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  private final AtomicBoolean ticks = new AtomicBoolean();

  WaitTimeouts() {
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Completes the future with null after that time, on a thread that must not be held up. */
  void end(CompletableFuture<? extends @Nullable Object> wait, Duration patience) {
    if (ticks.compareAndSet(false, true)) {
      var _ =
          timer.scheduleAtFixedRate(() -> {}, TICK.toNanos(), TICK.toNanos(), TimeUnit.NANOSECONDS);
    }
    Future<?> timeout =
        timer.schedule(() -> wait.complete(null), patience.toNanos(), TimeUnit.NANOSECONDS);
    var _ = wait.whenComplete((_, _) -> timeout.cancel(false));
  }

  /** What is not due yet never will be. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
