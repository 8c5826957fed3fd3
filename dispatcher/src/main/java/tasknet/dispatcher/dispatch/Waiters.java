package tasknet.dispatcher.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.task.TaskId;

/** Those who wait for tasks to end; no thread is blocked for them. */
public final class Waiters {
  private final Map<TaskId, List<Waiter>> waiting = new ConcurrentHashMap<>();
  private final TaskTraces traces;
  private final WaitTimeouts timeouts = new WaitTimeouts();
  private volatile boolean abandoned;

  /** Who is to be told; for the loop's thread. */
  private final List<Telling> tellings = new ArrayList<>();

  private record Telling(List<Waiter> waiters, TaskEnd end) {}

  private static final class Waiter {
    private final CompletableFuture<@Nullable TaskEnd> end = new CompletableFuture<>();

    /** Whether it is not among those who wait any more; set before its future completes. */
    private volatile boolean isTold;
  }

  /**
   * @param traces told who is told
   */
  public Waiters(TaskTraces traces) {
    this.traces = traces;
  }

  /**
   * Completes when the task ends, on a thread that must not be held up. Whoever does not want to
   * wait any longer completes it.
   */
  public CompletableFuture<@Nullable TaskEnd> await(TaskId task) {
    Waiter waiter = new Waiter();
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

  /** The same, but for no longer than that: then the future completes with null. */
  public CompletableFuture<@Nullable TaskEnd> await(TaskId task, Duration patience) {
    CompletableFuture<@Nullable TaskEnd> end = await(task);
    timeouts.end(end, patience);
    return end;
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
      for (Telling telling : all) {
        for (Waiter waiter : telling.waiters) {
          waiter.isTold = true;
          waiter.end.complete(telling.end);
        }
      }
    }
  }

  /** Nobody will be told any more: all futures complete with null, those to come at once. */
  public void abandon() {
    abandoned = true;
    waiting.values().forEach(all -> all.forEach(waiter -> waiter.end.complete(null)));
    timeouts.close();
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
