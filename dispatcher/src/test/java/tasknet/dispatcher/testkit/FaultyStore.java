package tasknet.dispatcher.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import tasknet.dispatcher.store.Addition;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.Expiry;
import tasknet.dispatcher.store.ForwardingStore;
import tasknet.dispatcher.store.StoreFullException;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.task.AttemptId;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;

/** A store that finds no room, or takes its time, when a test says so. */
public final class FaultyStore extends ForwardingStore {
  /** What is written. */
  public enum Write {
    ADD,
    ADOPT,
    BEGIN,
    END,
    CANCEL,
    PROMOTE,
    READ_QUEUE,
    EXPIRE,
    PROGRESS
  }

  private final Set<Write> full = EnumSet.noneOf(Write.class);
  private final Set<Write> held = EnumSet.noneOf(Write.class);
  private final List<Runnable> waiting = new ArrayList<>();
  private int refused;

  public FaultyStore(TaskStore store) {
    super(store);
  }

  /** From now on these find no room, until {@link #heal}. */
  public synchronized void full(Write... writes) {
    full.addAll(List.of(writes));
  }

  /** From now on these wait for {@link #heal}. */
  public synchronized void hold(Write... writes) {
    held.addAll(List.of(writes));
  }

  /** Carries out what was held, and is well. */
  public synchronized void heal() {
    full.clear();
    held.clear();
    waiting.forEach(Runnable::run);
    waiting.clear();
  }

  /** How many writes have found no room. */
  public synchronized int refused() {
    return refused;
  }

  @Override
  public CompletableFuture<QueuedTask> add(TaskId id, TaskRequest request, Instant createdAt) {
    return write(Write.ADD, () -> store.add(id, request, createdAt));
  }

  @Override
  public CompletableFuture<Integer> adopt(List<HeldTask> tasks) {
    return write(Write.ADOPT, () -> store.adopt(tasks));
  }

  @Override
  public CompletableFuture<Addition> addOnce(
      TaskId id, TaskRequest request, Instant createdAt, SubmissionKey key) {
    return write(Write.ADD, () -> store.addOnce(id, request, createdAt, key));
  }

  @Override
  public CompletableFuture<Boolean> begin(AttemptStart start) {
    return write(Write.BEGIN, () -> store.begin(start));
  }

  @Override
  public CompletableFuture<Boolean> end(AttemptEnd end) {
    return write(Write.END, () -> store.end(end));
  }

  @Override
  public CompletableFuture<Optional<AttemptEnd>> endByDeath(AttemptEnd end, int deadlyAfter) {
    return write(Write.END, () -> store.endByDeath(end, deadlyAfter));
  }

  @Override
  public CompletableFuture<Integer> discountDeaths(List<AttemptId> attempts) {
    return write(Write.END, () -> store.discountDeaths(attempts));
  }

  @Override
  public CompletableFuture<Boolean> progress(AttemptId attempt, TaskProgress progress) {
    return write(Write.PROGRESS, () -> store.progress(attempt, progress));
  }

  @Override
  public CompletableFuture<Cancellation> cancel(TaskId id, Instant at) {
    return write(Write.CANCEL, () -> store.cancel(id, at));
  }

  @Override
  public CompletableFuture<List<QueuedTask>> promote(Instant now, int limit) {
    return write(Write.PROMOTE, () -> store.promote(now, limit));
  }

  @Override
  public CompletableFuture<List<Expiry>> expire(Instant now, int limit) {
    return write(Write.EXPIRE, () -> store.expire(now, limit));
  }

  @Override
  public CompletableFuture<List<QueuedTask>> queued(
      TaskType type, int priority, long afterPosition, int limit, long maxBytes) {
    return write(
        Write.READ_QUEUE, () -> store.queued(type, priority, afterPosition, limit, maxBytes));
  }

  private synchronized <T> CompletableFuture<T> write(
      Write write, Supplier<CompletableFuture<T>> call) {
    if (full.contains(write)) {
      refused++;
      return CompletableFuture.failedFuture(
          new StoreFullException("no room", new IllegalStateException("a test says so")));
    }
    if (!held.contains(write)) {
      return call.get();
    }
    CompletableFuture<T> later = new CompletableFuture<>();
    waiting.add(
        () -> {
          var _ =
              call.get()
                  .whenComplete(
                      (value, failure) -> {
                        if (failure == null) {
                          later.complete(value);
                        } else {
                          later.completeExceptionally(failure);
                        }
                      });
        });
    return later;
  }
}
