package tasknet.dispatcher.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.store.Operation.Room;
import tasknet.runtime.NanoClock;

/**
 * Carries out operations on one thread, in order, and commits what waits at the same time together:
 * while one group is being written the next one gathers, so nobody waits for others on purpose.
 *
 * <p>A group is first tried as it is. When an operation fails, the group is rolled back and tried
 * again with a savepoint around each, so that only the guilty one fails. When there is no room, it
 * is tried again without the operations that need some, with the reserve for the others.
 */
final class GroupCommit implements AutoCloseable {
  private static final int MAX_OPERATIONS = 1024;
  private static final long MAX_BYTES = 4 << 20;

  private static final long NANOS_IN_A_MICRO = 1_000;

  private final Transactions transactions;
  private final CommitFigures figures;
  private final NanoClock clock;
  private final Logger log;
  private final GroupQueue<Operation<?>> queue =
      new GroupQueue<>(MAX_OPERATIONS, MAX_BYTES, Operation::bytes);
  private final Thread thread;
  private final AtomicLong commits = new AtomicLong();
  private final AtomicLong operations = new AtomicLong();
  private final AtomicLong longestGroup = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private boolean full;

  GroupCommit(Transactions transactions, CommitFigures figures, NanoClock clock, Logger log) {
    this.transactions = transactions;
    this.figures = figures;
    this.clock = clock;
    this.log = log;
    this.thread = Thread.ofPlatform().name("store-writer").unstarted(this::work);
    queue.open();
  }

  void start() {
    thread.start();
  }

  /** The future completes on the writer's thread, after the commit. */
  <T> CompletableFuture<T> submit(Operation<T> operation) {
    return queue.offer(operation)
        ? operation.future()
        : CompletableFuture.failedFuture(new StoreException("the store is closed"));
  }

  /** Carries out what was submitted before, and ends; not to be called by the writer's thread. */
  @Override
  public void close() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("the store cannot be closed by its writer");
    }
    queue.close(thread);
  }

  /** How many operations were carried out. */
  long operations() {
    return operations.get();
  }

  StoreStats stats(long fileBytes, long walBytes) {
    return new StoreStats(
        commits.get(),
        operations(),
        longestGroup.get(),
        refused.get(),
        queue.size(),
        fileBytes,
        walBytes);
  }

  private void work() {
    for (List<Operation<?>> group = queue.take(); !group.isEmpty(); group = queue.take()) {
      carryOut(group);
      operations.addAndGet(group.size());
      longestGroup.accumulateAndGet(group.size(), Math::max);
      group.forEach(Operation::complete);
    }
  }

  private void carryOut(List<Operation<?>> group) {
    Throwable failure = transact(group, false, false);
    if (failure != null && !transactions.isFull(failure)) {
      failure = transact(group, true, false);
    }
    if (failure == null) {
      noticeRoom(group);
    } else if (transactions.isFull(failure)) {
      carryOutWithoutRoom(group, failure);
    } else {
      failAll(group, new StoreException("the store failed: " + failure.getMessage(), failure));
    }
  }

  private void carryOutWithoutRoom(List<Operation<?>> group, Throwable failure) {
    List<Operation<?>> needing = new ArrayList<>();
    List<Operation<?>> others = new ArrayList<>();
    group.forEach(each -> (each.room() == Room.NEEDED ? needing : others).add(each));
    refuse(needing, failure);
    Throwable again = others.isEmpty() ? null : transact(others, true, true);
    if (again != null && transactions.isFull(again)) {
      refuse(others, again);
    } else if (again != null) {
      failAll(others, new StoreException("the store failed: " + again.getMessage(), again));
    }
  }

  /** Null when it is committed; else why everything was rolled back. */
  private @Nullable Throwable transact(
      List<Operation<?>> group, boolean savepoints, boolean useReserve) {
    try {
      long begun = clock.nanoTime();
      transactions.begin(useReserve);
      for (Operation<?> operation : group) {
        if (savepoints) {
          carryOutAlone(operation);
        } else {
          operation.carryOut();
        }
      }
      transactions.commit();
      commits.incrementAndGet();
      figures.times().record((clock.nanoTime() - begun) / NANOS_IN_A_MICRO);
      figures.sizes().record(group.size());
      return null;
    } catch (Exception | Error e) {
      // An Error too, for instance no memory: the thread must live, or every caller waits for ever.
      transactions.rollback();
      return e;
    }
  }

  private void carryOutAlone(Operation<?> operation) throws Exception {
    transactions.savepoint();
    try {
      operation.carryOut();
    } catch (Exception e) {
      if (transactions.isFull(e)) {
        throw e;
      }
      transactions.rollbackToSavepoint();
      operation.fail(
          e instanceof StoreException known
              ? known
              : new StoreException("the store failed: " + e.getMessage(), e));
    }
    transactions.releaseSavepoint();
  }

  private void refuse(List<Operation<?>> group, Throwable failure) {
    if (group.isEmpty()) {
      return;
    }
    failAll(group, new StoreFullException("the store is full: " + failure.getMessage(), failure));
    refused.addAndGet(group.size());
    if (!full) {
      full = true;
      log.warn("the store is full, no task can be added: {}", failure.getMessage());
    }
  }

  private void noticeRoom(List<Operation<?>> group) {
    if (full && group.stream().anyMatch(each -> each.room() == Room.NEEDED)) {
      full = false;
      log.info("the store has room again");
    }
  }

  private static void failAll(List<Operation<?>> group, StoreException failure) {
    group.forEach(each -> each.fail(failure));
  }
}
