package tasknet.dispatcher.unstored;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.task.HeldTask;

/**
 * Brings completed tasks to the store, in the order in which they were completed: while some are
 * written the next ones gather. When that fails it is tried again; the log has the tasks meanwhile.
 */
final class WriteBehind {
  /** When so many wait, whoever completes another one waits, too. */
  static final int CROWD = 5_000;

  private final Function<List<UnstoredTask>, Writing> store;
  private final Executor later;
  private final Logger logger;
  private final Deque<UnstoredTask> waiting = new ArrayDeque<>();
  private @Nullable CompletableFuture<Void> crowded;
  private boolean writing;
  private boolean failing;
  private boolean closed;

  /**
   * Tasks on their way to the store.
   *
   * @param stored when the store has them, and could take others
   * @param done when they are not in memory any more
   */
  record Writing(CompletableFuture<Integer> stored, CompletableFuture<Void> done) {}

  /**
   * @param store begins to write
   * @param later carries out after a moment what has failed
   */
  WriteBehind(Function<List<UnstoredTask>, Writing> store, Executor later, Logger logger) {
    this.store = store;
    this.later = later;
    this.logger = logger;
  }

  /** A task is completed. Completes at once, or when fewer wait. */
  CompletableFuture<Void> add(UnstoredTask task) {
    CompletableFuture<Void> added;
    synchronized (this) {
      waiting.addLast(task);
      if (waiting.size() > CROWD && crowded == null) {
        crowded = new CompletableFuture<>();
      }
      added = crowded == null ? CompletableFuture.completedFuture(null) : crowded;
    }
    write();
    return added;
  }

  /** How many wait. */
  synchronized int size() {
    return waiting.size();
  }

  /** Writes no more. Answers those that wait. */
  synchronized List<UnstoredTask> close() {
    closed = true;
    List<UnstoredTask> rest = List.copyOf(waiting);
    waiting.clear();
    return rest;
  }

  private void write() {
    List<UnstoredTask> group = take();
    if (group.isEmpty()) {
      return;
    }
    Writing now = store.apply(group);
    CompletableFuture<Integer> _ =
        now.stored()
            .whenComplete(
                (_, failure) -> {
                  if (failure == null) {
                    written();
                  }
                });
    CompletableFuture<Void> _ =
        now.done()
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    again(group, failure, now.stored().isCompletedExceptionally());
                  }
                });
  }

  private synchronized List<UnstoredTask> take() {
    if (writing || closed || waiting.isEmpty()) {
      return List.of();
    }
    writing = true;
    List<UnstoredTask> group = new ArrayList<>();
    while (!waiting.isEmpty() && group.size() < HeldTask.AT_ONCE) {
      group.add(waiting.removeFirst());
    }
    return group;
  }

  private void written() {
    CompletableFuture<Void> calm = null;
    synchronized (this) {
      writing = false;
      if (failing) {
        failing = false;
        logger.info("completed tasks come to the store again");
      }
      if (waiting.size() <= CROWD / 2) {
        calm = crowded;
        crowded = null;
      }
    }
    write();
    if (calm != null) {
      calm.complete(null);
    }
  }

  /**
   * @param notStored whether nobody has begun to write others
   */
  private void again(List<UnstoredTask> group, Throwable failure, boolean notStored) {
    synchronized (this) {
      if (!failing) {
        failing = true;
        logger.error(
            "bringing completed tasks to the store failed and is tried again cause={}",
            failure.toString());
      }
      if (closed) {
        return; // the log has them
      }
      for (UnstoredTask task : group.reversed()) {
        waiting.addFirst(task);
      }
    }
    later.execute(
        () -> {
          if (notStored) {
            synchronized (this) {
              writing = false;
            }
          }
          write();
        });
  }
}
