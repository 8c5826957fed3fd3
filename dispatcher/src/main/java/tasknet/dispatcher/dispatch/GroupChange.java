package tasknet.dispatcher.dispatch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** A change of a whole group of tasks, which goes on by itself. Safe for use by several threads. */
public final class GroupChange {
  private final AtomicLong tasks = new AtomicLong();
  private final CompletableFuture<Long> done = new CompletableFuture<>();

  GroupChange() {}

  /** How many were changed so far. */
  public long tasks() {
    return tasks.get();
  }

  /** Completes when all are changed, with how many these were; fails when the store did. */
  public CompletableFuture<Long> done() {
    return done.copy();
  }

  void add(int more) {
    tasks.addAndGet(more);
  }

  void finished() {
    done.complete(tasks.get());
  }

  void failed(Throwable failure) {
    done.completeExceptionally(failure);
  }
}
