package tasknet.dispatcher.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.runtime.NanoClock;

/**
 * Calls of the store that must not be lost: one that fails is made again, every half second, until
 * it succeeds; a full disk heals. For the loop's thread.
 */
final class StoreWrites {
  private final Executor loop;
  private final NanoClock nanos;
  private final long retryAfter;
  private final Logger log;
  private final List<Runnable> failed = new ArrayList<>();
  private long retryAt;
  private boolean held;
  private boolean failing;

  StoreWrites(Executor loop, NanoClock nanos, Duration retryAfter, Logger log) {
    this.loop = loop;
    this.nanos = nanos;
    this.retryAfter = retryAfter.toNanos();
    this.log = log;
  }

  /**
   * Makes a call until it succeeds.
   *
   * @param what it does, for the log
   * @param then told of its result, on the loop; at once when that is known
   */
  <T> void untilDone(String what, Supplier<CompletableFuture<T>> call, Consumer<T> then) {
    once(
        call.get(),
        then,
        failure -> {
          hold(what, failure);
          failed.add(() -> untilDone(what, call, then));
        });
  }

  /**
   * Waits for a call that its caller can do without.
   *
   * @param instead done when it failed; nothing of the kind should be called while {@link #areHeld}
   */
  <T> void orElse(String what, CompletableFuture<T> call, Consumer<T> then, Runnable instead) {
    once(
        call,
        then,
        failure -> {
          hold(what, failure);
          instead.run();
        });
  }

  /** Whether a call has failed, and it is not yet time for others. */
  boolean areHeld() {
    return held;
  }

  /** Makes what failed again, when it is time to. */
  void retry(long now) {
    if (held && retryAt - now <= 0) {
      held = false;
      List<Runnable> again = List.copyOf(failed);
      failed.clear();
      again.forEach(Runnable::run);
    }
  }

  /** When to retry, on the nano clock; null for not at all. */
  @Nullable Long nextDue() {
    return held ? retryAt : null;
  }

  private <T> void once(
      CompletableFuture<T> call, Consumer<T> then, Consumer<Throwable> otherwise) {
    if (call.state() == Future.State.SUCCESS) { // in memory: nothing to wait for
      succeeded();
      then.accept(call.resultNow());
      return;
    }
    CompletableFuture<T> _ =
        call.whenComplete(
            (value, failure) ->
                loop.execute(
                    () -> {
                      if (failure == null) {
                        succeeded();
                        then.accept(value);
                      } else {
                        otherwise.accept(failure);
                      }
                    }));
  }

  private void hold(String what, Throwable failure) {
    if (!failing) {
      failing = true;
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      log.error("{} failed and is tried again cause={}", what, String.valueOf(cause));
    }
    held = true;
    retryAt = nanos.nanoTime() + retryAfter;
  }

  private void succeeded() {
    if (failing && !held) { // not by what was under way when another call failed
      failing = false;
      log.info("the store answers again");
    }
  }
}
