package tasknet.dispatcher.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskId;

/** Those who wait for tasks to end; no thread is blocked for them. */
public final class Waiters {
  private final Map<TaskId, List<Waiter>> waiting = new ConcurrentHashMap<>();
  private final Executor executor;

  /**
   * @param executor where what depends on the futures is run, so that the loop is not held up
   */
  public Waiters(Executor executor) {
    this.executor = executor;
  }

  /**
   * Completes when the task ends.
   *
   * @param patience after it the future completes with null
   */
  public CompletableFuture<@Nullable TaskEnd> await(TaskId task, Duration patience) {
    Waiter waiter = new Waiter();
    waiting.merge(task, List.of(waiter), Waiters::joined);
    return waiter
        .end
        .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((_, _) -> waiting.computeIfPresent(task, (_, all) -> without(all, waiter)));
  }

  /** How many wait. */
  public int size() {
    return waiting.values().stream().mapToInt(List::size).sum();
  }

  void ended(TaskId task, TaskEnd end) {
    List<Waiter> all = waiting.remove(task);
    if (all != null) {
      executor.execute(() -> all.forEach(waiter -> waiter.end.complete(end)));
    }
  }

  /** Nobody will be told any more: all futures complete with null. */
  public void abandon() {
    waiting.values().forEach(all -> all.forEach(waiter -> waiter.end.complete(null)));
  }

  private static List<Waiter> joined(List<Waiter> some, List<Waiter> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private static @Nullable List<Waiter> without(List<Waiter> all, Waiter gone) {
    List<Waiter> rest = all.stream().filter(waiter -> waiter != gone).toList();
    return rest.isEmpty() ? null : rest;
  }

  private static final class Waiter {
    private final CompletableFuture<@Nullable TaskEnd> end = new CompletableFuture<>();
  }
}
