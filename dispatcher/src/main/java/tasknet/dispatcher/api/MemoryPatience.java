package tasknet.dispatcher.api;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;

/**
 * Holds a client back while the memory for its tasks is full and workers soon make room: to the
 * store such a task would go at several times the cost, and those after it, too. Where room does
 * not come quickly, tasks of that type go to the store at once, whoever sends them, until there is
 * room again. For several threads.
 */
final class MemoryPatience {
  /** With so little left there may be none for a task. */
  private static final double FULL = 1.0 / 64;

  /** So much is to be left again: the client is not held back for each single task. */
  private static final double EASED = 1.0 / 16;

  /** Within this; when it takes longer, the store is about as fast as the workers. */
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofMillis(2);

  private final ToDoubleFunction<TaskRequest> left;
  private final NanoClock clock;

  /** Few, as each of them has filled the memory. */
  private final Set<TaskType> inVain = ConcurrentHashMap.newKeySet();

  /**
   * @param left which part of the memory for such a task is left, 0 to 1
   */
  MemoryPatience(ToDoubleFunction<TaskRequest> left, NanoClock clock) {
    this.left = left;
    this.clock = clock;
  }

  /**
   * Returns when the task is to be handed in.
   *
   * @param counters told for how long the client was held back
   * @param gone whether nobody waits for an answer any more
   */
  void await(TaskRequest request, LineCounters counters, BooleanSupplier gone)
      throws InterruptedException {
    TaskType type = request.type();
    double first = left.applyAsDouble(request);
    if (first >= EASED && !inVain.isEmpty()) {
      inVain.remove(type);
    } else if (first < FULL && !inVain.contains(type)) {
      long from = clock.nanoTime();
      if (!comes(request, from, gone)) {
        inVain.add(type);
      }
      counters.heldNanos.add(clock.nanoTime() - from);
    }
  }

  private boolean comes(TaskRequest request, long from, BooleanSupplier gone)
      throws InterruptedException {
    while (left.applyAsDouble(request) < EASED) {
      if (clock.nanoTime() - from >= LONGEST.toNanos() || gone.getAsBoolean()) {
        return false;
      }
      Thread.sleep(PAUSE);
    }
    return true;
  }
}
