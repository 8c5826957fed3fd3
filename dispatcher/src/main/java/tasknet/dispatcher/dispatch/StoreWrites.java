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
import tasknet.dispatcher.task.QueuedTask;
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
   * @param then told of its result, on the loop
   */
  <T> void untilDone(String what, Supplier<CompletableFuture<T>> call, Consumer<T> then) {
    inTurn(call.get(), then, failure -> again(what, failure, () -> untilDone(what, call, then)));
  }

  /**
   * The same for the change of a task that may be in memory: then what it leads to is done without
   * a turn of the loop between.
   */
  <T> void changeUntilDone(
      String what, QueuedTask task, Supplier<CompletableFuture<T>> call, Consumer<T> then) {
    change(
        task,
        call.get(),
        then,
        failure -> again(what, failure, () -> changeUntilDone(what, task, call, then)));
  }

  /**
   * Waits for a call that its caller can do without.
   *
   * @param instead done when it failed; nothing of the kind should be called while {@link #areHeld}
   */
  <T> void orElse(String what, CompletableFuture<T> call, Consumer<T> then, Runnable instead) {
    inTurn(call, then, failure -> instead(what, failure, instead));
  }

  /** The same for the change of a task that may be in memory. */
  <T> void changeOrElse(
      String what, QueuedTask task, CompletableFuture<T> call, Consumer<T> then, Runnable instead) {
    change(task, call, then, failure -> instead(what, failure, instead));
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

  private void again(String what, Throwable failure, Runnable call) {
    hold(what, failure);
    failed.add(call);
  }

  private void instead(String what, Throwable failure, Runnable instead) {
    hold(what, failure);
    instead.run();
  }

  /** Not of what is on a disk: one commit must not overtake another, and tasks start in order. */
  private <T> void change(
      QueuedTask task, CompletableFuture<T> call, Consumer<T> then, Consumer<Throwable> otherwise) {
    if (task.isNowhereElse() && call.state() == Future.State.SUCCESS) {
      succeeded();
      then.accept(call.resultNow());
    } else {
      inTurn(call, then, otherwise);
    }
  }

  private <T> void inTurn(
      CompletableFuture<T> call, Consumer<T> then, Consumer<Throwable> otherwise) {
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
