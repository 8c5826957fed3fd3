package tasknet.nameservice;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tasknet.registry.WorkerList;
import tasknet.task.TaskType;

/** Whoever waits for the registry to change. A waiter costs an entry in a set, not a thread. */
final class BlockingQueries implements AutoCloseable {
  /** One request; the future completes with whether there was a change. */
  private static final class Waiter {
    private final CompletableFuture<Boolean> changed = new CompletableFuture<>();
  }

  private final Registry registry;
  private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  BlockingQueries(Registry registry) {
    this.registry = registry;
  }

  /**
   * The list of workers: at once when the registry is at another revision than {@code after}, else
   * when it changes, at the latest after {@code wait}. A revision from the future is one of a lost
   * past: whoever knows it has to hear the present one.
   */
  CompletableFuture<WorkerList> list(@Nullable TaskType type, long after, Duration wait) {
    if (closed || wait.isZero() || registry.revision() != after) {
      return CompletableFuture.completedFuture(registry.list(type));
    }
    Waiter waiter = new Waiter();
    waiting.add(waiter);
    if (closed || registry.revision() != after) { // between the first look and the set
      waiter.changed.complete(true);
    }
    return waiter
        .changed
        .completeOnTimeout(false, wait.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((how, failure) -> waiting.remove(waiter))
        .thenApplyAsync(how -> registry.list(type), Thread::startVirtualThread);
  }

  /** Answers all who wait. */
  void wake() {
    waiting.forEach(waiter -> waiter.changed.complete(true));
  }

  /** How many wait. */
  int size() {
    return waiting.size();
  }

  /** Answers all who wait, and whoever asks from now on, at once. */
  @Override
  public void close() {
    closed = true;
    wake();
  }
}
