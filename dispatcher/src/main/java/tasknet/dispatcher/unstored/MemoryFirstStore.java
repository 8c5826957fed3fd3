package tasknet.dispatcher.unstored;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.DeadLetters;
import tasknet.dispatcher.store.EventSink;
import tasknet.dispatcher.store.ForwardingStore;
import tasknet.dispatcher.store.Found;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.store.TaskFilter;
import tasknet.dispatcher.store.TaskSnapshot;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.wal.LogRecord;
import tasknet.dispatcher.wal.TaskLog;
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
 * A store that keeps tasks in memory while all goes well: those that are waiting, that run their
 * first attempt, and that were completed by it.
 *
 * <p>What happens to a durable task is in the log before anybody is told; when it is completed, the
 * store behind takes it over as it then stands, many at a time. Of a task that is not durable
 * nothing is written, and nobody waits for the disk; the last ones that were completed are kept in
 * mind.
 *
 * <p>As soon as anything else happens to a task, the store behind takes it over as it stands and
 * goes on with it: when its attempt fails or is lost, when it is cancelled, when it tells how far
 * it is, when its result is long, and when this store is closed. A task comes to the store from the
 * start when there is no room in memory, so a flood is bounded by the store; and when its terms
 * need the store: a time to start, a deadline, a callback, a key.
 *
 * <p>So a task that is not durable is lost only when the process dies, a durable one never, and
 * what needs a person's eye is in the store.
 */
public final class MemoryFirstStore extends ForwardingStore {
  /** Characters; tasks with longer payloads are in the store. */
  public static final int LONGEST_PAYLOAD = 16 * 1024;

  /** Characters; tasks with longer results are in the store when they have ended. */
  public static final int LONGEST_RESULT = 1024;

  private final TaskLog log;
  private final EventSink events;
  private final Logger logger;
  private final UnstoredTasks tasks = new UnstoredTasks();
  private final Room room;
  private final LoggedTasks logged;
  private final WriteBehind behind;
  private final AtomicLong order = new AtomicLong();
  private final LongAdder adopted = new LongAdder();
  private volatile boolean closed;

  /**
   * How much is in memory at most.
   *
   * @param bytes of all tasks, roughly; 0 for no task
   * @param ended how many that have ended and are not durable
   * @param durable bytes of durable tasks: as many are read from the log after a crash, and by a
   *     backup, which has little memory
   */
  public record Bounds(long bytes, int ended, long durable) {
    /** What waits goes through the processor's caches, and the collector moves it about. */
    private static final long MOST_BYTES = 8L << 20;

    /** 8 MiB or an eighth of the heap, whichever is less, durable or not; ten thousand ended. */
    public static Bounds standard() {
      long bytes = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 8);
      return new Bounds(bytes, 10_000, bytes);
    }
  }

  /**
   * @param store is closed with this, and so is the log
   * @param events the same that the store tells
   * @param later carries out after a moment what has failed
   */
  public MemoryFirstStore(
      TaskStore store,
      TaskLog log,
      EventSink events,
      Bounds bounds,
      Executor later,
      Logger logger) {
    super(store);
    this.log = log;
    this.events = events;
    this.logger = logger;
    this.room = new Room(bounds, store::hasRoom, this::forget);
    this.logged = new LoggedTasks(log, tasks);
    store.reserve(room::neededInStore);
    this.behind = new WriteBehind(this::takeOver, later, logger);
  }

  /**
   * Brings what the log has to the store. To be called once, first.
   *
   * @return completes when the store has it
   * @throws StoreException if the log cannot be used; the message says what to do
   */
  public CompletableFuture<Void> start() {
    List<HeldTask> held = log.start(logged::addAgain);
    return CompletableFuture.allOf(
            HeldTask.inParts(held).stream().map(store::adopt).toArray(CompletableFuture[]::new))
        .thenRun(
            () -> {
              log.clear();
              if (!held.isEmpty()) {
                logger.info("tasks were found in the log number={}", held.size());
              }
            });
  }

  /** How many tasks are in memory only, with those that have ended. */
  public int size() {
    return tasks.size();
  }

  /** Counts the tasks that were in memory and came to the store before they were completed. */
  public LongAdder adopted() {
    return adopted;
  }

  /** How many completed tasks are on their way to the store. */
  public int writtenBehind() {
    return behind.size();
  }

  // ---- a task's way while all goes well ---------------------------------------------------------

  @Override
  public CompletableFuture<QueuedTask> add(TaskId id, TaskRequest request, Instant createdAt) {
    if (closed || !isForMemory(request) || !room.take(request)) {
      return store.add(id, request, createdAt);
    }
    Instant at = createdAt.truncatedTo(ChronoUnit.MICROS); // as the store tells it
    QueuedTask queued = new QueuedTask(id, request, at, at, store.lastPosition(), 0, 0, true);
    UnstoredTask task = new UnstoredTask(queued, order.incrementAndGet());
    CompletableFuture<QueuedTask> added = new CompletableFuture<>();
    if (tasks.get(id) != null) {
      isThere(task, added);
    } else if (task.logged) {
      CompletableFuture<Long> _ =
          log.append(task.records())
              .whenComplete(
                  (segment, failure) -> {
                    if (failure == null) {
                      task.moves(segment);
                      hold(task, added);
                    } else {
                      room.leave(task);
                      added.completeExceptionally(failure);
                    }
                  });
    } else {
      hold(task, added);
    }
    return added;
  }

  @Override
  public double memoryLeft(TaskRequest request) {
    return isForMemory(request) ? room.left(request) : 1;
  }

  private static boolean isForMemory(TaskRequest request) {
    TaskTerms terms = request.terms();
    return terms.deadline() == null
        && terms.runAt() == null
        && terms.schedule() == null
        && terms.callback() == null
        && request.payload().text().length() <= LONGEST_PAYLOAD;
  }

  private void hold(UnstoredTask task, CompletableFuture<QueuedTask> added) {
    synchronized (task) {
      if (!tasks.add(task)) {
        isThere(task, added);
        return;
      }
      tell(task);
    }
    added.complete(task.task);
  }

  private void isThere(UnstoredTask task, CompletableFuture<QueuedTask> added) {
    room.leave(task);
    added.completeExceptionally(new StoreException("there is already a task " + task.id));
  }

  @Override
  public CompletableFuture<Boolean> begin(AttemptStart start) {
    return of(
        start.attempt().task(),
        task ->
            task.state() == TaskState.QUEUED && start.attempt().number() == 1
                ? change(task, new LogRecord.Begun(start), () -> task.begin(start))
                : CompletableFuture.completedFuture(false),
        () -> store.begin(start));
  }

  @Override
  public CompletableFuture<Boolean> end(AttemptEnd end) {
    return of(
        end.attempt().task(),
        task -> {
          if (!task.runs(end.attempt())) {
            return CompletableFuture.completedFuture(false);
          }
          if (end.outcome() instanceof Outcome.Completed(JsonText result)
              && result.text().length() <= LONGEST_RESULT) {
            return complete(task, end, result);
          }
          return adopt(task).thenCompose(_ -> store.end(end));
        },
        () -> store.end(end));
  }

  private CompletableFuture<Boolean> complete(UnstoredTask task, AttemptEnd end, JsonText result) {
    CompletableFuture<Boolean> completed =
        change(
            task,
            new LogRecord.Completed(end.attempt(), end.at(), result),
            () -> task.complete(end));
    if (task.logged) {
      return completed.thenCompose(_ -> behind.add(task)).thenApply(_ -> true);
    }
    room.remember(task);
    return completed;
  }

  /** Its lock is held; the change is made under it, when the log has it. */
  private CompletableFuture<Boolean> change(UnstoredTask task, LogRecord record, Runnable made) {
    if (task.logged) {
      return task.whenDone(log.append(List.of(record)), () -> make(task, made));
    }
    make(task, made);
    return CompletableFuture.completedFuture(true);
  }

  private void make(UnstoredTask task, Runnable change) {
    change.run();
    tell(task);
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
            task.runs(end.attempt())
                ? adopt(task).thenCompose(_ -> store.endByDeath(end, deadlyAfter))
                : CompletableFuture.completedFuture(Optional.empty()),
        () -> store.endByDeath(end, deadlyAfter));
  }

  @Override
  public CompletableFuture<Boolean> progress(AttemptId attempt, TaskProgress progress) {
    return of(
        attempt.task(),
        task ->
            task.runs(attempt)
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
   * Acts on a task, and holds its lock meanwhile; after a change that is under way.
   *
   * @param inMemory if it is there
   * @param stored if not
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
      CompletableFuture<Void> change = task.change();
      if (change != null) {
        return change.thenCompose(_ -> of(id, inMemory, stored));
      }
      if (task.isGone()) {
        return stored.get();
      }
      if (task.isAdopting() && task.state() != TaskState.COMPLETED) {
        // The store may have it as it stands, so what happens from now on is to be told there.
        return adopt(task).thenCompose(_ -> stored.get());
      }
      return inMemory.apply(task);
    }
  }

  /** Hands a task to the store; it stays here until that has it. Its lock is held. */
  private CompletableFuture<Boolean> adopt(UnstoredTask task) {
    task.adopting();
    List<UnstoredTask> alone = List.of(task);
    CompletableFuture<Void> taken =
        store.adopt(List.of(task.held())).thenCompose(_ -> logged.leave(alone));
    return task.whenDone(
        taken,
        () -> {
          adopted.increment();
          forget(task);
        });
  }

  /** Hands completed tasks to the store: first the store has them, and then the log has not. */
  private WriteBehind.Writing takeOver(List<UnstoredTask> completed) {
    List<HeldTask> held = new ArrayList<>(completed.size());
    for (UnstoredTask task : completed) {
      synchronized (task) {
        task.adopting();
        held.add(task.held());
      }
    }
    CompletableFuture<Integer> stored = store.adopt(held);
    return new WriteBehind.Writing(
        stored,
        stored
            .thenCompose(_ -> logged.leave(completed))
            .thenRun(() -> completed.forEach(this::forget)));
  }

  private void forget(UnstoredTask task) {
    if (tasks.remove(task)) {
      room.leave(task);
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

  /** {@inheritDoc} Tasks that are not durable are found when the store has them. */
  @Override
  public Found search(TaskFilter filter, int limit) {
    List<TaskStatus> inMemory = tasks.matching(filter); // before the store is asked
    return Found.merged(inMemory, store.search(filter, limit), limit);
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
  public Map<TaskType, Map<TaskState, Long>> counts(Supplier<? extends Collection<TaskId>> but) {
    return tasks.countedWith(store, but);
  }

  @Override
  public Map<TaskType, Instant> oldestQueued() {
    return tasks.oldestQueued(store.oldestQueued());
  }

  @Override
  public DeadLetters deadLetters() {
    return new LettersBehind(store.deadLetters(), tasks::stateOf);
  }

  // ---- end --------------------------------------------------------------------------------------

  /**
   * {@inheritDoc} What is in memory comes to the store, in the order in which it was added, but for
   * completed tasks that are not durable. A durable task that the store cannot take stays in the
   * log.
   */
  @Override
  public void close() {
    closed = true;
    log.flush();
    List<UnstoredTask> rest = new ArrayList<>(behind.close());
    for (UnstoredTask task : tasks.all()) {
      synchronized (task) {
        if (task.state() != TaskState.COMPLETED && task.change() == null) {
          rest.add(task);
        }
      }
    }
    rest.sort(Comparator.comparingLong(task -> task.order));
    rest.forEach(this::handOver);
    store.close();
    log.close();
  }

  private void handOver(UnstoredTask task) {
    HeldTask held;
    synchronized (task) {
      task.adopting();
      held = task.held();
    }
    CompletableFuture<Void> _ =
        store
            .adopt(List.of(held))
            .thenCompose(_ -> logged.leave(List.of(task)))
            .whenComplete(
                (_, failure) -> {
                  if (failure != null && task.logged) {
                    logger.warn(
                        "a task stays in the log cause={} task={}", failure.toString(), task.id);
                  } else if (failure != null) {
                    logger.error(
                        "a task that is not durable is lost, as the store did not take it cause={} task={}",
                        failure.toString(),
                        task.id);
                  }
                });
  }
}
