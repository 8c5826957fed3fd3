package tasknet.dispatcher.testkit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tasknet.dispatcher.store.Addition;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.DeadLetters;
import tasknet.dispatcher.store.Expiry;
import tasknet.dispatcher.store.Found;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.store.TaskFilter;
import tasknet.dispatcher.store.TaskSnapshot;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.store.TypeOverrides;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.RunningTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.dispatcher.task.TypeOverride;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

/**
 * A store that keeps the contract in memory and commits when it is told to: what was asked for
 * waits until {@link #commit}, and a {@link #crash} loses it. What is committed is on a {@link
 * Disk}, from which another store goes on. Looks at every task for every call, so it is for few.
 */
public class MemoryTaskStore implements TaskStore {
  private static final TaskError CANCELLED =
      new TaskError(TaskError.CANCELLED, "The task was cancelled.", false);
  private static final TaskError PASSED =
      new TaskError(
          TaskError.DEADLINE_EXCEEDED, "The deadline passed while the task waited.", false);

  private final Disk disk;
  private final Consumer<MemoryTaskStore> toCommit;
  private List<Pending<?>> pending = new ArrayList<>();
  private boolean gone;
  private boolean closed;

  /** What outlives the process. */
  public static final class Disk {
    private final TreeMap<TaskId, MemoryTask> tasks = new TreeMap<>();
    private final Map<String, Keyed> keys = new TreeMap<>();
    private final Map<TaskType, TypeOverride> overrides = new TreeMap<>();
    private long positions;

    /** All tasks, the oldest first. */
    public Collection<MemoryTask> tasks() {
      return tasks.values();
    }

    /** Loses the youngest task, as no disk may. */
    public void loseLast() {
      if (!tasks.isEmpty()) {
        tasks.remove(tasks.lastEntry().getKey());
      }
    }

    /** The task of that id. */
    public MemoryTask task(TaskId id) {
      MemoryTask task = tasks.get(id);
      if (task == null) {
        throw new IllegalArgumentException("there is no task " + id);
      }
      return task;
    }
  }

  private record Keyed(SubmissionKey key, TaskId task) {}

  private record Pending<T>(CompletableFuture<T> future, Supplier<T> change) {
    Runnable carryOut() {
      try {
        T value = change.get();
        return () -> future.complete(value);
      } catch (StoreException e) {
        return () -> future.completeExceptionally(e);
      }
    }
  }

  /**
   * @param toCommit told when something waits that did not before
   */
  public MemoryTaskStore(Disk disk, Consumer<MemoryTaskStore> toCommit) {
    this.disk = disk;
    this.toCommit = toCommit;
  }

  /** A store that commits each call at once. */
  public static MemoryTaskStore atOnce(Disk disk) {
    return new MemoryTaskStore(disk, MemoryTaskStore::commit);
  }

  // ---- committing ------------------------------------------------------------------------------

  /** Commits what waits, and tells those who asked. */
  public synchronized void commit() {
    carryOut().forEach(Runnable::run);
  }

  /** Whether something waits to be committed. */
  public synchronized boolean isCommitting() {
    return !pending.isEmpty();
  }

  /** What waits fails, and nothing of it is kept. */
  public synchronized void fail(StoreException failure) {
    List<Pending<?>> group = pending;
    pending = new ArrayList<>();
    group.forEach(each -> each.future.completeExceptionally(failure));
  }

  /**
   * The process ends: nobody is told of anything any more.
   *
   * @param committed whether what waits was committed just before
   */
  public synchronized void crash(boolean committed) {
    if (committed) {
      carryOut();
    }
    pending.clear();
    gone = true;
  }

  private List<Runnable> carryOut() {
    List<Pending<?>> group = pending;
    pending = new ArrayList<>();
    return group.stream().<Runnable>map(Pending::carryOut).toList();
  }

  private synchronized <T> CompletableFuture<T> write(Supplier<T> change) {
    if (closed) {
      return CompletableFuture.failedFuture(new StoreException("the store is closed"));
    }
    CompletableFuture<T> future = new CompletableFuture<>();
    if (!gone) {
      pending.add(new Pending<>(future, change));
      if (pending.size() == 1) {
        toCommit.accept(this);
      }
    }
    return future;
  }

  // ---- what is written -------------------------------------------------------------------------

  @Override
  public CompletableFuture<QueuedTask> add(TaskId id, TaskRequest request, Instant createdAt) {
    return write(() -> added(id, request, createdAt));
  }

  @Override
  public CompletableFuture<Integer> adopt(List<HeldTask> tasks) {
    return write(
        () -> {
          int before = disk.tasks.size();
          for (HeldTask task : tasks) {
            if (!disk.tasks.containsKey(task.task().id())) {
              take(task);
            }
          }
          return disk.tasks.size() - before;
        });
  }

  private void take(HeldTask held) {
    QueuedTask task = held.task();
    MemoryTask taken =
        new MemoryTask(task.id(), task.request(), task.createdAt(), ++disk.positions);
    disk.tasks.put(task.id(), taken);
    taken.queuedAt = task.queuedAt().truncatedTo(ChronoUnit.MICROS);
    if (held.start() != null) {
      taken.begin(held.start());
    }
    if (held.end() != null) {
      taken.end(held.end());
    }
    adopted(taken);
  }

  @Override
  public void reserve(LongSupplier bytes) {
    // It has always room.
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public synchronized long lastPosition() {
    return disk.positions;
  }

  @Override
  public CompletableFuture<Addition> addOnce(
      TaskId id, TaskRequest request, Instant createdAt, SubmissionKey key) {
    return write(
        () -> {
          Keyed known = disk.keys.get(key.key());
          if (known != null && known.key.keptUntil().isAfter(createdAt)) {
            return known.key.body().equals(key.body())
                ? new Addition.Known(known.task)
                : new Addition.KeyTaken();
          }
          QueuedTask task = added(id, request, createdAt);
          disk.keys.put(key.key(), new Keyed(key, id));
          return new Addition.Added(task);
        });
  }

  @Override
  public CompletableFuture<Optional<Addition>> known(SubmissionKey key, Instant now) {
    return write(
        () -> {
          Keyed known = disk.keys.get(key.key());
          if (known == null || !known.key.keptUntil().isAfter(now)) {
            return Optional.empty();
          }
          return Optional.of(
              known.key.body().equals(key.body())
                  ? new Addition.Known(known.task)
                  : new Addition.KeyTaken());
        });
  }

  private QueuedTask added(TaskId id, TaskRequest request, Instant createdAt) {
    if (disk.tasks.containsKey(id)) {
      throw new StoreException("there is already a task " + id);
    }
    MemoryTask task = new MemoryTask(id, request, createdAt, ++disk.positions);
    disk.tasks.put(id, task);
    changed(task);
    return task.queued();
  }

  @Override
  public CompletableFuture<Boolean> begin(AttemptStart start) {
    return write(
        () -> {
          MemoryTask task = disk.tasks.get(start.attempt().task());
          if (task == null || !mayBegin(task, start)) {
            return false;
          }
          task.begin(start);
          changed(task);
          return true;
        });
  }

  /** Whether an attempt is the next one of its task, and in time. */
  protected boolean mayBegin(MemoryTask task, AttemptStart start) {
    return task.state == TaskState.QUEUED
        && start.attempt().number() == task.attempts.size() + 1
        && !task.isLate(start.at());
  }

  @Override
  public CompletableFuture<Boolean> end(AttemptEnd end) {
    boolean completes = end.outcome() instanceof Outcome.Completed;
    if (!TaskState.RUNNING.canBecome(end.next())
        || end.next() == TaskState.CANCELLED
        || completes != (end.next() == TaskState.COMPLETED)
        || (end.readyAt() != null) != (end.next() == TaskState.SCHEDULED)) {
      throw new IllegalArgumentException("an attempt cannot end like this: " + end);
    }
    return write(
        () -> {
          MemoryTask task = disk.tasks.get(end.attempt().task());
          if (task == null || !mayEnd(task, end)) {
            return false;
          }
          task.end(end);
          changed(task);
          return true;
        });
  }

  @Override
  public CompletableFuture<Optional<AttemptEnd>> endByDeath(AttemptEnd end, int deadlyAfter) {
    return write(
        () -> {
          MemoryTask task = disk.tasks.get(end.attempt().task());
          if (task == null || !mayEnd(task, end)) {
            return Optional.empty();
          }
          MemoryTask.Attempt last = task.attempts.getLast();
          last.workerDied = true;
          long deaths = task.attempts.stream().filter(attempt -> attempt.workerDied).count();
          boolean poison =
              deadlyAfter > 0 && deaths >= deadlyAfter && end.next() != TaskState.EXPIRED;
          AttemptEnd recorded = poison ? poisoned(end) : end;
          task.end(recorded);
          if (end.outcome() instanceof Outcome.Failed(TaskError death)) {
            last.error = death;
          }
          changed(task);
          return Optional.of(recorded);
        });
  }

  private static AttemptEnd poisoned(AttemptEnd end) {
    TaskError error = new TaskError(TaskError.POISON, "Workers died with it.", false);
    return new AttemptEnd(
        end.attempt(), end.at(), new Outcome.Failed(error), TaskState.DEAD, null, true);
  }

  @Override
  public CompletableFuture<Integer> discountDeaths(List<AttemptId> attempts) {
    return write(
        () -> {
          int counted = 0;
          for (AttemptId id : attempts) {
            MemoryTask task = disk.tasks.get(id.task());
            if (task != null && task.attempts.size() >= id.number()) {
              MemoryTask.Attempt attempt = task.attempts.get(id.number() - 1);
              counted += attempt.workerDied ? 1 : 0;
              attempt.workerDied = false;
            }
          }
          return counted;
        });
  }

  @Override
  public CompletableFuture<Boolean> progress(AttemptId attempt, TaskProgress progress) {
    return write(
        () -> {
          MemoryTask task = disk.tasks.get(attempt.task());
          boolean runs =
              task != null
                  && task.state == TaskState.RUNNING
                  && task.attempts.size() == attempt.number();
          if (runs) {
            Objects.requireNonNull(task).attempts.getLast().progress = progress;
          }
          return runs;
        });
  }

  /** Events are not counted. */
  @Override
  public CompletableFuture<Optional<TaskSnapshot>> snapshot(TaskId id) {
    return write(
        () ->
            Optional.ofNullable(disk.tasks.get(id)).map(task -> new TaskSnapshot(task.event(), 0)));
  }

  @Override
  public TypeOverrides typeOverrides() {
    return new MemoryTypeOverrides();
  }

  private final class MemoryTypeOverrides implements TypeOverrides {
    @Override
    public Map<TaskType, TypeOverride> all() {
      synchronized (MemoryTaskStore.this) {
        return new TreeMap<>(disk.overrides);
      }
    }

    @Override
    public CompletableFuture<TypeOverride> change(
        TaskType type, UnaryOperator<TypeOverride> change) {
      return write(
          () -> {
            TypeOverride next = change.apply(disk.overrides.getOrDefault(type, TypeOverride.NONE));
            disk.overrides.put(type, next);
            return next;
          });
    }
  }

  /** Nobody is there who brings dead tasks back. */
  @Override
  public DeadLetters deadLetters() {
    return new NoDeadLetters();
  }

  /** Whether an attempt is the one that its task runs. */
  protected boolean mayEnd(MemoryTask task, AttemptEnd end) {
    return task.state == TaskState.RUNNING && end.attempt().number() == task.attempts.size();
  }

  @Override
  public CompletableFuture<Cancellation> cancel(TaskId id, Instant at) {
    return write(
        () -> {
          MemoryTask task = disk.tasks.get(id);
          if (task == null) {
            return new Cancellation.NotFound();
          }
          TaskState was = task.state;
          if (!was.canBecome(TaskState.CANCELLED)) {
            return new Cancellation.AlreadyEnded(was);
          }
          if (was == TaskState.RUNNING) {
            task.cancelRunning(at, CANCELLED);
            changed(task);
            return new Cancellation.WhileRunning(task.attempts.getLast().start);
          }
          task.endWaiting(TaskState.CANCELLED, at, null);
          changed(task);
          return new Cancellation.WhileWaiting(
              was, task.request.type(), task.request.terms().trace());
        });
  }

  @Override
  public CompletableFuture<List<QueuedTask>> promote(Instant now, int limit) {
    return write(
        () -> {
          List<MemoryTask> due =
              in(TaskState.SCHEDULED)
                  .filter(task -> !Objects.requireNonNull(task.readyAt).isAfter(now))
                  .sorted(Comparator.comparing(task -> Objects.requireNonNull(task.readyAt)))
                  .limit(limit)
                  .toList();
          due.forEach(
              task -> {
                task.promote(++disk.positions);
                changed(task);
              });
          return due.stream().map(MemoryTask::queued).toList();
        });
  }

  @Override
  public CompletableFuture<List<Expiry>> expire(Instant now, int limit) {
    return write(
        () -> {
          List<MemoryTask> due =
              waiting()
                  .filter(task -> task.isLate(now))
                  .sorted(Comparator.comparing(task -> Objects.requireNonNull(task.deadline())))
                  .limit(limit)
                  .toList();
          List<Expiry> expired =
              due.stream()
                  .map(
                      task ->
                          new Expiry(
                              task.id,
                              task.request.type(),
                              task.state,
                              task.request.terms().trace()))
                  .toList();
          due.forEach(
              task -> {
                task.endWaiting(TaskState.EXPIRED, now, PASSED);
                changed(task);
              });
          return expired;
        });
  }

  @Override
  public CompletableFuture<List<QueuedTask>> queued(
      TaskType type, int priority, long afterPosition, int limit, long maxBytes) {
    return write(
        () -> {
          List<QueuedTask> page = new ArrayList<>();
          long bytes = 0;
          for (MemoryTask task :
              in(TaskState.QUEUED)
                  .filter(task -> task.request.type().equals(type))
                  .filter(task -> task.request.terms().priority() == priority)
                  .filter(task -> task.position > afterPosition)
                  .sorted(Comparator.comparingLong(task -> task.position))
                  .limit(limit)
                  .toList()) {
            if (bytes <= maxBytes) {
              page.add(task.queued());
              bytes += page.getLast().size();
            }
          }
          return page;
        });
  }

  /** A task has changed; what overrides it may look. */
  protected void changed(MemoryTask task) {}

  /** Told of a task that was taken over. */
  protected void adopted(MemoryTask task) {
    changed(task);
  }

  // ---- what is read ----------------------------------------------------------------------------

  @Override
  public synchronized Optional<Instant> nextReadyAt() {
    return in(TaskState.SCHEDULED)
        .map(task -> Objects.requireNonNull(task.readyAt))
        .min(Comparator.naturalOrder());
  }

  @Override
  public synchronized Optional<Instant> nextDeadline() {
    return waiting()
        .map(MemoryTask::deadline)
        .flatMap(Stream::ofNullable)
        .min(Comparator.naturalOrder());
  }

  @Override
  public synchronized List<RunningTask> running() {
    return in(TaskState.RUNNING).map(MemoryTask::running).toList();
  }

  @Override
  public synchronized Optional<TaskStatus> find(TaskId id) {
    return Optional.ofNullable(kept().get(id)).map(MemoryTask::status);
  }

  @Override
  public synchronized Found search(TaskFilter filter, int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("limit is " + limit + ", it must not be negative");
    }
    List<TaskStatus> found =
        kept().descendingMap().values().stream()
            .map(MemoryTask::status)
            .filter(filter.matcher())
            .toList();
    List<TaskStatus> page = found.stream().limit(limit).map(Found::listed).toList();
    boolean more = page.size() < found.size() && !page.isEmpty();
    return new Found(page, more ? page.getLast().id() : null, kept().size());
  }

  @Override
  public synchronized Map<TaskType, Map<TaskState, Long>> counts(
      Supplier<? extends Collection<TaskId>> but) {
    Map<TaskType, Map<TaskState, Long>> counts = new TreeMap<>();
    Collection<TaskId> others = but.get();
    for (MemoryTask task : kept().values()) {
      if (!others.contains(task.id())) {
        counts
            .computeIfAbsent(task.request.type(), _ -> new EnumMap<>(TaskState.class))
            .merge(task.state, 1L, Long::sum);
      }
    }
    return counts;
  }

  @Override
  public synchronized Map<TaskType, Instant> oldestQueued() {
    Map<TaskType, Instant> oldest = new TreeMap<>();
    kept().values().stream()
        .filter(task -> task.state == TaskState.QUEUED)
        .forEach(
            task ->
                oldest.merge(
                    task.request.type(),
                    task.queuedAt,
                    (one, other) -> one.isBefore(other) ? one : other));
    return oldest;
  }

  @Override
  public synchronized void close() {
    commit();
    closed = true;
  }

  private NavigableMap<TaskId, MemoryTask> kept() {
    if (closed) {
      throw new StoreException("the store is closed");
    }
    return disk.tasks;
  }

  private Stream<MemoryTask> in(TaskState state) {
    return disk.tasks.values().stream().filter(task -> task.state == state);
  }

  private Stream<MemoryTask> waiting() {
    return disk.tasks.values().stream()
        .filter(task -> task.state == TaskState.QUEUED || task.state == TaskState.SCHEDULED);
  }
}
