package tasknet.dispatcher.dispatch;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.task.TaskId;

/** Those who wait for tasks to end; no thread is blocked for them. */
public final class Waiters {
  private final Map<TaskId, Set<Waiter>> waiting = new ConcurrentHashMap<>();
  private final Executor executor;
  private final TaskTraces traces;
  private volatile boolean abandoned;

  /**
   * @param executor where what depends on the futures is run, so that the loop is not held up
   * @param traces told who is told
   */
  public Waiters(Executor executor, TaskTraces traces) {
    this.executor = executor;
    this.traces = traces;
  }

  /**
   * Completes when the task ends. Whoever does not want to wait any longer completes it.
   *
   * @param patience after it the future completes with null, on a thread that must not be held up
   */
  public CompletableFuture<@Nullable TaskEnd> await(TaskId task, Duration patience) {
    return await(task).completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The same, for as long as it takes: it is completed by the task's end, or by whoever waits. */
  public CompletableFuture<@Nullable TaskEnd> await(TaskId task) {
    Waiter waiter = new Waiter();
    waiting.compute(
        task,
        (_, others) -> {
          Set<Waiter> all = others == null ? ConcurrentHashMap.newKeySet(1) : others;
          all.add(waiter);
          return all;
        });
    var _ = waiter.end.whenComplete((_, _) -> forget(task, waiter));
    if (abandoned) {
      waiter.end.complete(null);
    }
    return waiter.end;
  }

  /** How many wait. */
  public int size() {
    return waiting.values().stream().mapToInt(Set::size).sum();
  }

  void ended(TaskId task, TaskEnd end) {
    Set<Waiter> all = waiting.remove(task);
    if (all != null) {
      executor.execute(
          () -> {
            if (all.stream().anyMatch(waiter -> !waiter.end.isDone())) {
              traces.delivered(task); // before, so that whoever is told finds it
            }
            all.forEach(waiter -> waiter.end.complete(end));
          });
    }
  }

  /** Nobody will be told any more: all futures complete with null, those to come at once. */
  public void abandon() {
    abandoned = true;
    waiting.values().forEach(all -> all.forEach(waiter -> waiter.end.complete(null)));
  }

  private void forget(TaskId task, Waiter gone) {
    waiting.computeIfPresent(
        task,
        (_, all) -> {
          all.remove(gone);
          return all.isEmpty() ? null : all;
        });
  }

  private static final class Waiter {
    private final CompletableFuture<@Nullable TaskEnd> end = new CompletableFuture<>();
  }
}
