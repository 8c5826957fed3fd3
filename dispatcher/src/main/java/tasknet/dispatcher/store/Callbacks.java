package tasknet.dispatcher.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.DueCallback;
import tasknet.task.CallbackStatus;

/**
 * Which outcomes are still to be told to whom. One becomes due in the transaction that ends its
 * task; the store does that by itself.
 */
public interface Callbacks {
  /** What came of one try. */
  record Result(
      CallbackStatus.State state,
      @Nullable Integer status,
      @Nullable String error,
      @Nullable Instant nextAttemptAt) {}

  /** The receivers for whom something is kept, due or not, each as {@code host:port}. */
  List<String> receivers();

  /**
   * What is due for one receiver, the earliest first.
   *
   * @param limit how many at most
   */
  List<DueCallback> due(String receiver, Instant now, int limit);

  /** When the first is due of those that are not due now. */
  Optional<Instant> nextDue(Instant now);

  /**
   * From now on tells that another one is due, after its commit.
   *
   * @param listener called on the writer's thread; must be quick
   */
  void whenDue(Runnable listener);

  /** How many are not delivered and not given up. */
  long pending();

  /**
   * Keeps what came of a try.
   *
   * @return false, and no change, unless it is the next one of this outcome
   */
  CompletableFuture<Boolean> tried(DueCallback due, Result result);
}
