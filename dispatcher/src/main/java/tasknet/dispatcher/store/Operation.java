package tasknet.dispatcher.store;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call that waits for its commit. It may be carried out more than once, when its transaction
 * was rolled back; only the last time counts.
 *
 * @param <T> what the call answers
 */
final class Operation<T> {
  /** How an operation fares when there is no room left. */
  enum Room {
    /** It is refused, so that what is left stays for the others. */
    NEEDED,
    /** It may use the reserve. */
    RESERVED
  }

  private final Callable<T> work;
  private final Room room;
  private final long bytes;
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private @Nullable Callable<T> answer;

  /**
   * @param bytes roughly how much it writes, to bound a group
   */
  Operation(Room room, long bytes, Callable<T> work) {
    this.room = room;
    this.bytes = bytes;
    this.work = work;
  }

  CompletableFuture<T> future() {
    return future;
  }

  Room room() {
    return room;
  }

  long bytes() {
    return bytes;
  }

  /** Does the work; the answer is kept until {@link #complete}. */
  void carryOut() throws Exception {
    T value = work.call();
    answer = () -> value;
  }

  /** Makes this its answer, instead of what it may have answered before. */
  void fail(StoreException failure) {
    answer =
        () -> {
          throw failure;
        };
  }

  /** Tells whoever waits. */
  void complete() {
    if (answer == null) {
      throw new IllegalStateException("completed before it was carried out");
    }
    try {
      future.complete(answer.call());
    } catch (Exception e) {
      future.completeExceptionally(e);
    }
  }
}
