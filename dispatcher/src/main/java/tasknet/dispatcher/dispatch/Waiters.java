package tasknet.dispatcher.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.task.TaskId;

/** Those who wait for tasks to end; no thread is blocked for them. */
public final class Waiters {
  private final Map<TaskId, List<Waiter>> waiting = new ConcurrentHashMap<>();
  private final Executor executor;
  private final TaskTraces traces;
  private volatile boolean abandoned;

  /** Who is to be told; for the loop's thread. */
  private final List<Telling> tellings = new ArrayList<>();

  private record Telling(List<Waiter> waiters, TaskEnd end) {}

  private static final class Waiter {
    private final CompletableFuture<@Nullable TaskEnd> end = new CompletableFuture<>();
    private final boolean isQuick;

    /** Whether it is not among those who wait any more; set before its future completes. */
    private volatile boolean isTold;

    private Waiter(boolean isQuick) {
      this.isQuick = isQuick;
    }
  }

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
    return await(task, false).completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * The same, for as long as it takes, and on a thread that must not be held up: it is completed by
   * the task's end, or by whoever waits.
   */
  public CompletableFuture<@Nullable TaskEnd> await(TaskId task) {
    return await(task, true);
  }

  private CompletableFuture<@Nullable TaskEnd> await(TaskId task, boolean isQuick) {
    Waiter waiter = new Waiter(isQuick);
    waiting.merge(
        task,
        List.of(waiter),
        (others, one) -> Stream.concat(others.stream(), one.stream()).toList());
    var _ = waiter.end.whenComplete((_, _) -> forget(task, waiter));
    if (abandoned) {
      waiter.end.complete(null);
    }
    return waiter.end;
  }

  /** How many wait. */
  public int size() {
    return waiting.values().stream().mapToInt(List::size).sum();
  }

  /** Who waits for that task is told with the next {@link #tell}. For the loop's thread. */
  void ended(TaskId task, TaskEnd end) {
    List<Waiter> all = waiting.remove(task);
    if (all != null) {
      traces.delivered(task); // before, so that whoever is told finds it
      tellings.add(new Telling(all, end));
    }
  }

  /** Tells of all ends at once: who writes them is woken once. For the loop's thread. */
  void tell() {
    if (!tellings.isEmpty()) {
      List<Telling> all = List.copyOf(tellings);
      tellings.clear();
      all.forEach(this::tell);
    }
  }

  private void tell(Telling telling) {
    TaskEnd end = telling.end;
    boolean allAreQuick = true;
    for (Waiter waiter : telling.waiters) {
      waiter.isTold = true;
      if (waiter.isQuick) {
        waiter.end.complete(end);
      }
      allAreQuick &= waiter.isQuick;
    }
    if (!allAreQuick) {
      executor.execute(() -> telling.waiters.forEach(waiter -> waiter.end.complete(end)));
    }
  }

  /** Nobody will be told any more: all futures complete with null, those to come at once. */
  public void abandon() {
    abandoned = true;
    waiting.values().forEach(all -> all.forEach(waiter -> waiter.end.complete(null)));
  }

  private void forget(TaskId task, Waiter gone) {
    if (gone.isTold) {
      return;
    }
    waiting.computeIfPresent(
        task,
        (_, all) -> {
          List<Waiter> rest = all.stream().filter(waiter -> waiter != gone).toList();
          return rest.isEmpty() ? null : rest;
        });
  }
}
