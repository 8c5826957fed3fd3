package tasknet.dispatcher.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import tasknet.dispatcher.store.Operation.Room;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.RunningTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.runtime.NanoClock;
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
 * Keeps tasks in one SQLite file, for one dispatcher. Instants keep their microseconds.
 *
 * <p>{@link Schema} says what is in which table.
 */
public final class SqliteTaskStore implements TaskStore {
  private static final long MIN_BYTES = 1 << 20;

  /**
   * Where tasks are kept.
   *
   * @param folder for {@code tasks.db} and the files beside it; made when it is missing
   * @param maxBytes how large {@code tasks.db} may become, at least 1 MiB; an eighth of it is kept
   *     for tasks that are there already. The log beside it takes up to about 64 MiB more.
   */
  public record Options(Path folder, long maxBytes) {
    /** The bound when none is given: 64 GiB. */
    public static final long DEFAULT_MAX_BYTES = 64L << 30;

    /**
     * @throws IllegalArgumentException if the bound is too small
     */
    public Options {
      if (maxBytes < MIN_BYTES) {
        throw new IllegalArgumentException(
            "maxBytes is " + maxBytes + ", it must be at least " + MIN_BYTES);
      }
    }
  }

  private final SqliteStore file;
  private final TaskReads reads;
  private final TypeOverrides typeOverrides;
  private final TaskSearch search;
  private final EndedTasks ended;
  private final SqliteDeadLetters deadLetters;
  private final SqliteSchedules schedules;
  private final SqliteCallbacks callbacks;

  public SqliteTaskStore(Options options, Logger log) {
    this(options, EventSink.NONE, log);
  }

  /**
   * @param listener told of what happened to tasks, after each commit and in the order of the
   *     commits, on the writer's thread
   */
  public SqliteTaskStore(Options options, EventSink listener, Logger log) {
    this(options, listener, TaskSearch.Budget.STANDARD, NanoClock.SYSTEM, log);
  }

  /**
   * @param budget the most that one search does
   * @param clock by which its time is measured
   */
  SqliteTaskStore(
      Options options, EventSink listener, TaskSearch.Budget budget, NanoClock clock, Logger log) {
    file = new SqliteStore(options, listener, log);
    search = new TaskSearch(file, budget, clock);
    reads = new TaskReads(file);
    typeOverrides = new SqliteTypeOverrides(file);
    ended = new SqliteEndedTasks(file);
    deadLetters = new SqliteDeadLetters(file);
    schedules = new SqliteSchedules(file);
    callbacks = new SqliteCallbacks(file);
  }

  /**
   * Opens the file; creates it, or brings it up to date.
   *
   * @throws StoreException if that cannot be done, or another store uses the folder; the message
   *     says what to do
   */
  public void start() {
    file.start();
  }

  @Override
  public CompletableFuture<QueuedTask> add(TaskId id, TaskRequest request, Instant createdAt) {
    long bytes = request.payload().text().length();
    return file.write(Room.NEEDED, bytes, writer -> writer.tasks().add(id, request, createdAt));
  }

  @Override
  public CompletableFuture<Integer> adopt(List<HeldTask> tasks) {
    List<HeldTask> given = List.copyOf(tasks); // it may be carried out again
    long bytes = given.stream().mapToLong(HeldTask::size).sum();
    return file.write(Room.RESERVED, bytes, writer -> writer.tasks().adopt(given));
  }

  @Override
  public void reserve(LongSupplier bytes) {
    file.reserve(bytes);
  }

  @Override
  public boolean hasRoom() {
    return file.hasRoom();
  }

  @Override
  public long lastPosition() {
    return file.lastPosition();
  }

  @Override
  public CompletableFuture<Addition> addOnce(
      TaskId id, TaskRequest request, Instant createdAt, SubmissionKey key) {
    long bytes = request.payload().text().length();
    return file.write(Room.NEEDED, bytes, writer -> writer.keys().add(id, request, createdAt, key));
  }

  @Override
  public CompletableFuture<Optional<Addition>> known(SubmissionKey key, Instant now) {
    return file.write(Room.RESERVED, 0, writer -> writer.keys().known(key, now));
  }

  @Override
  public CompletableFuture<Boolean> begin(AttemptStart start) {
    return file.write(Room.RESERVED, 0, writer -> writer.tasks().begin(start));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if its parts do not fit together
   */
  @Override
  public CompletableFuture<Boolean> end(AttemptEnd end) {
    check(end);
    long bytes =
        end.outcome() instanceof Outcome.Completed(var result) ? result.text().length() : 0;
    return file.write(Room.RESERVED, bytes, writer -> writer.tasks().end(end));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if its parts do not fit together
   */
  @Override
  public CompletableFuture<Optional<AttemptEnd>> endByDeath(AttemptEnd end, int deadlyAfter) {
    check(end);
    if (!(end.outcome() instanceof Outcome.Failed(TaskError error))) {
      throw new IllegalArgumentException("an attempt that ends by a death has an error");
    }
    return file.write(Room.RESERVED, 0, writer -> writer.poison().end(end, error, deadlyAfter));
  }

  @Override
  public CompletableFuture<Integer> discountDeaths(List<AttemptId> attempts) {
    return file.write(Room.RESERVED, 0, writer -> writer.poison().discount(attempts));
  }

  @Override
  public CompletableFuture<Boolean> progress(AttemptId attempt, TaskProgress progress) {
    return file.write(Room.RESERVED, 0, writer -> writer.progress().report(attempt, progress));
  }

  @Override
  public CompletableFuture<Optional<TaskSnapshot>> snapshot(TaskId id) {
    return file.<Optional<AttemptProgress.Standing>>write(
            Room.RESERVED, 0, writer -> writer.progress().standing(id))
        .thenApply(found -> found.map(AttemptProgress.Standing::snapshot));
  }

  @Override
  public CompletableFuture<Cancellation> cancel(TaskId id, Instant at) {
    return file.write(Room.RESERVED, 0, writer -> writer.tasks().cancel(id, at));
  }

  @Override
  public CompletableFuture<List<QueuedTask>> promote(Instant now, int limit) {
    checkLimit(limit);
    return file.write(Room.RESERVED, 0, writer -> writer.tasks().promote(now, limit));
  }

  @Override
  public CompletableFuture<List<Expiry>> expire(Instant now, int limit) {
    checkLimit(limit);
    return file.write(Room.RESERVED, 0, writer -> writer.deadlines().expire(now, limit));
  }

  @Override
  public CompletableFuture<List<QueuedTask>> queued(
      TaskType type, int priority, long afterPosition, int limit, long maxBytes) {
    checkLimit(limit);
    return file.write(
        Room.RESERVED,
        0,
        writer -> writer.tasks().queued(type, priority, afterPosition, limit, maxBytes));
  }

  @Override
  public Optional<Instant> nextReadyAt() {
    return reads.nextReadyAt();
  }

  @Override
  public Optional<Instant> nextDeadline() {
    return reads.nextDeadline();
  }

  @Override
  public List<RunningTask> running() {
    return reads.running();
  }

  @Override
  public Optional<TaskStatus> find(TaskId id) {
    return reads.find(id);
  }

  @Override
  public Found search(TaskFilter filter, int limit) {
    checkLimit(limit);
    return search.search(filter, limit);
  }

  @Override
  public Map<TaskType, Map<TaskState, Long>> counts(Supplier<? extends Collection<TaskId>> but) {
    return reads.counts(but);
  }

  @Override
  public Map<TaskType, Instant> oldestQueued() {
    return reads.oldestQueued();
  }

  @Override
  public TypeOverrides typeOverrides() {
    return typeOverrides;
  }

  /** Those of its tasks that have ended, to remove them. */
  public EndedTasks ended() {
    return ended;
  }

  @Override
  public DeadLetters deadLetters() {
    return deadLetters;
  }

  /** The schedules beside the tasks. */
  public Schedules schedules() {
    return schedules;
  }

  /** The callbacks of the tasks. */
  public Callbacks callbacks() {
    return callbacks;
  }

  /** How it fares; cheap. */
  public StoreStats stats() {
    return file.stats();
  }

  /** How it groups what it commits. */
  public CommitFigures commitFigures() {
    return file.commitFigures();
  }

  /** {@inheritDoc} Not to be called by who continues on the writer's thread. */
  @Override
  public void close() {
    file.close();
  }

  private static void check(AttemptEnd end) {
    boolean completed = end.outcome() instanceof Outcome.Completed;
    if (!TaskState.RUNNING.canBecome(end.next()) || end.next() == TaskState.CANCELLED) {
      throw new IllegalArgumentException("an attempt that ends cannot make its task " + end.next());
    }
    if (completed != (end.next() == TaskState.COMPLETED)) {
      throw new IllegalArgumentException(
          end.next() + " does not fit the outcome " + end.outcome().getClass().getSimpleName());
    }
    if ((end.readyAt() != null) != (end.next() == TaskState.SCHEDULED)) {
      throw new IllegalArgumentException(
          "readyAt is for SCHEDULED only, and needed there; it is "
              + end.readyAt()
              + " for "
              + end.next());
    }
  }

  private static void checkLimit(int limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("limit is " + limit + ", it must not be negative");
    }
  }
}
