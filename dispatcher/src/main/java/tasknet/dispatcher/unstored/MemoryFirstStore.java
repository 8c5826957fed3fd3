package tasknet.dispatcher.unstored;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.EventSink;
import tasknet.dispatcher.store.ForwardingStore;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.store.TaskSnapshot;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/**
 * A store that keeps tasks which are not durable in memory, and nothing else: those that are
 * waiting, that run their first attempt, and the last ones that were completed by it. For them
 * nothing is written to the disk and nobody waits for it.
 *
 * <p>As soon as anything else happens to such a task, the store behind takes it over as it stands
 * and goes on with it: when its attempt fails or is lost, when it is cancelled, when it tells how
 * far it is, when its result is long, and when this store is closed. A task comes to the store from
 * the start when there is no room in memory, so a flood is bounded as that of durable tasks is; and
 * when its terms need the store: a time to start, a deadline, a callback, a key.
 *
 * <p>So a task is lost only when the process dies, and what needs a person's eye is in the store.
 */
public final class MemoryFirstStore extends ForwardingStore {
  /** Characters; tasks with longer payloads are in the store. */
  public static final int LONGEST_PAYLOAD = 16 * 1024;

  /** Characters; tasks with longer results are in the store when they have ended. */
  public static final int LONGEST_RESULT = 1024;

  private final EventSink events;
  private final Bounds bounds;
  private final Logger log;
  private final Map<TaskId, UnstoredTask> tasks = new ConcurrentHashMap<>();
  private final Deque<UnstoredTask> ended = new ArrayDeque<>();
  private final AtomicLong bytes = new AtomicLong();
  private final LongAdder adopted = new LongAdder();
  private volatile boolean closed;

  /**
   * How much is in memory at most.
   *
   * @param bytes of all tasks, roughly; 0 for no task
   * @param ended how many that have ended
   */
  public record Bounds(long bytes, int ended) {
    /** An eighth of the heap, and ten thousand ended tasks. */
    public static Bounds standard() {
      return new Bounds(Runtime.getRuntime().maxMemory() / 8, 10_000);
    }
  }

  /**
   * @param store is closed with this
   * @param events the same that the store tells
   */
  public MemoryFirstStore(TaskStore store, EventSink events, Bounds bounds, Logger log) {
    super(store);
    this.events = events;
    this.bounds = bounds;
    this.log = log;
  }

  /** How many tasks are in memory only, with those that have ended. */
  public int size() {
    return tasks.size();
  }

  /** Counts the tasks that were in memory and came to the store. */
  public LongAdder adopted() {
    return adopted;
  }

  // ---- a task's way while all goes well ---------------------------------------------------------

  @Override
  public CompletableFuture<QueuedTask> add(TaskId id, TaskRequest request, Instant createdAt) {
    if (!isForMemory(request) || closed || !takeRoom(UnstoredTask.size(request.payload()))) {
      return store.add(id, request, createdAt);
    }
    Instant at = createdAt.truncatedTo(ChronoUnit.MICROS); // as the store tells it
    QueuedTask queued = new QueuedTask(id, request, at, at, store.lastPosition(), 0, 0, true);
    UnstoredTask task = new UnstoredTask(queued);
    synchronized (task) {
      if (tasks.putIfAbsent(id, task) != null) {
        bytes.addAndGet(-task.size);
        return CompletableFuture.failedFuture(new StoreException("there is already a task " + id));
      }
      tell(task);
    }
    return CompletableFuture.completedFuture(queued);
  }

  private static boolean isForMemory(TaskRequest request) {
    TaskTerms terms = request.terms();
    return !terms.durable()
        && terms.deadline() == null
        && terms.runAt() == null
        && terms.schedule() == null
        && terms.callback() == null
        && request.payload().text().length() <= LONGEST_PAYLOAD;
  }

  @Override
  public CompletableFuture<Boolean> begin(AttemptStart start) {
    return of(
        start.attempt().task(),
        task -> {
          boolean begins = task.state() == TaskState.QUEUED && start.attempt().number() == 1;
          if (begins) {
            task.begin(start);
            tell(task);
          }
          return CompletableFuture.completedFuture(begins);
        },
        () -> store.begin(start));
  }

  @Override
  public CompletableFuture<Boolean> end(AttemptEnd end) {
    return of(
        end.attempt().task(),
        task -> {
          if (!runs(task, end.attempt())) {
            return CompletableFuture.completedFuture(false);
          }
          if (end.outcome() instanceof Outcome.Completed(JsonText result)
              && result.text().length() <= LONGEST_RESULT) {
            task.complete(end.at(), result);
            tell(task);
            remember(task);
            return CompletableFuture.completedFuture(true);
          }
          return adopt(task).thenCompose(_ -> store.end(end));
        },
        () -> store.end(end));
  }

  private static boolean runs(UnstoredTask task, AttemptId attempt) {
    AttemptStart start = task.start();
    return start != null
        && task.state() == TaskState.RUNNING
        && start.attempt().number() == attempt.number();
  }

  private void tell(UnstoredTask task) {
    events.append(List.of(task.event()));
  }

  // ---- and when it does not ---------------------------------------------------------------------

  @Override
  public CompletableFuture<Optional<AttemptEnd>> endByDeath(AttemptEnd end, int deadlyAfter) {
    return of(
        end.attempt().task(),
        task ->
            runs(task, end.attempt())
                ? adopt(task).thenCompose(_ -> store.endByDeath(end, deadlyAfter))
                : CompletableFuture.completedFuture(Optional.empty()),
        () -> store.endByDeath(end, deadlyAfter));
  }

  @Override
  public CompletableFuture<Boolean> progress(AttemptId attempt, TaskProgress progress) {
    return of(
        attempt.task(),
        task ->
            runs(task, attempt)
                ? adopt(task).thenCompose(_ -> store.progress(attempt, progress))
                : CompletableFuture.completedFuture(false),
        () -> store.progress(attempt, progress));
  }

  @Override
  public CompletableFuture<Cancellation> cancel(TaskId id, Instant at) {
    return of(
        id,
        task ->
            task.state() == TaskState.COMPLETED
                ? CompletableFuture.completedFuture(new Cancellation.AlreadyEnded(task.state()))
                : adopt(task).thenCompose(_ -> store.cancel(id, at)),
        () -> store.cancel(id, at));
  }

  /**
   * Acts on a task, and holds its lock meanwhile.
   *
   * @param inMemory if it is there
   * @param stored if not; after the store has taken it over, when that is under way
   */
  private <T> CompletableFuture<T> of(
      TaskId id,
      Function<UnstoredTask, CompletableFuture<T>> inMemory,
      Supplier<CompletableFuture<T>> stored) {
    UnstoredTask task = tasks.get(id);
    if (task == null) {
      return stored.get();
    }
    synchronized (task) {
      CompletableFuture<Integer> adoption = task.adoption;
      return adoption == null ? inMemory.apply(task) : adoption.thenCompose(_ -> stored.get());
    }
  }

  /** Hands a task to the store; it stays here until that has it. Its lock is held. */
  private CompletableFuture<Integer> adopt(UnstoredTask task) {
    CompletableFuture<Integer> adoption =
        store.adopt(List.of(new HeldTask(task.task, task.start(), null)));
    task.adoption = adoption;
    return adoption.whenComplete((_, failure) -> adopted(task, failure == null));
  }

  private void adopted(UnstoredTask task, boolean done) {
    synchronized (task) {
      if (done) {
        adopted.increment();
        forget(task);
      } else {
        task.adoption = null; // whoever wanted it tries again
      }
    }
  }

  // ---- room -------------------------------------------------------------------------------------

  private boolean takeRoom(long size) {
    if (bytes.addAndGet(size) <= bounds.bytes()) {
      return true;
    }
    while (bytes.get() > bounds.bytes() && forgetEldest()) {
      // goes on
    }
    if (bytes.get() <= bounds.bytes()) {
      return true;
    }
    bytes.addAndGet(-size);
    return false;
  }

  /** A task has ended. Its lock is held. */
  private void remember(UnstoredTask task) {
    int many;
    synchronized (ended) {
      ended.addLast(task);
      many = ended.size();
    }
    if (many > bounds.ended()) {
      forgetEldest();
    }
  }

  private boolean forgetEldest() {
    UnstoredTask eldest;
    synchronized (ended) {
      eldest = ended.pollFirst();
    }
    if (eldest != null) {
      forget(eldest);
    }
    return eldest != null;
  }

  private void forget(UnstoredTask task) {
    if (tasks.remove(task.id, task)) {
      bytes.addAndGet(-task.size);
    }
  }

  // ---- what is known ----------------------------------------------------------------------------

  @Override
  public Optional<TaskStatus> find(TaskId id) {
    UnstoredTask task = tasks.get(id);
    if (task == null) {
      return store.find(id);
    }
    synchronized (task) {
      return Optional.of(task.status());
    }
  }

  @Override
  public CompletableFuture<Optional<TaskSnapshot>> snapshot(TaskId id) {
    return of(
        id,
        task ->
            CompletableFuture.completedFuture(
                Optional.of(new TaskSnapshot(task.event(), events.append(List.of())))),
        () -> store.snapshot(id));
  }

  @Override
  public Map<TaskType, Map<TaskState, Long>> counts() {
    Map<TaskType, Map<TaskState, Long>> counts = new TreeMap<>();
    store.counts().forEach((type, states) -> counts.put(type, new EnumMap<>(states)));
    for (UnstoredTask task : tasks.values()) {
      synchronized (task) {
        counts
            .computeIfAbsent(task.task.request().type(), _ -> new EnumMap<>(TaskState.class))
            .merge(task.state(), 1L, Long::sum);
      }
    }
    return counts;
  }

  @Override
  public Map<TaskType, Instant> oldestQueued() {
    Map<TaskType, Instant> oldest = new TreeMap<>(store.oldestQueued());
    for (UnstoredTask task : tasks.values()) {
      synchronized (task) {
        if (task.state() == TaskState.QUEUED) {
          oldest.merge(
              task.task.request().type(),
              task.task.createdAt(),
              (one, other) -> one.isBefore(other) ? one : other);
        }
      }
    }
    return oldest;
  }

  /** {@inheritDoc} What is in memory and has not ended comes to the store. */
  @Override
  public void close() {
    closed = true;
    for (UnstoredTask task : tasks.values()) {
      synchronized (task) {
        if (task.adoption == null && task.state() != TaskState.COMPLETED) {
          var _ =
              adopt(task)
                  .whenComplete(
                      (_, failure) -> {
                        if (failure != null) {
                          lost(task, failure);
                        }
                      });
        }
      }
    }
    store.close();
  }

  private void lost(UnstoredTask task, Throwable failure) {
    log.error(
        "a task that is not durable is lost, as the store did not take it cause={} task={}",
        failure.toString(),
        task.id);
  }
}
