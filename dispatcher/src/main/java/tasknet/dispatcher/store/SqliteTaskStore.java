package tasknet.dispatcher.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.store.Operation.Room;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.RunningTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

/**
 * Keeps tasks in one SQLite file, for one dispatcher. Instants keep their microseconds.
 *
 * <p>One thread writes, by {@link GroupCommit}; a few connections read beside it. What is in which
 * table says {@link Schema}.
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

  private record Opened(
      StoreLock lock,
      SqliteFile file,
      Statements writer,
      TaskWrites writes,
      TaskDeadlines deadlines,
      SubmissionKeys keys,
      GroupCommit commits,
      TaskReads reads) {}

  private final Options options;
  private final Logger log;
  private volatile @Nullable Opened opened;
  private boolean closed;

  public SqliteTaskStore(Options options, Logger log) {
    this.options = options;
    this.log = log;
  }

  /**
   * Opens the file; creates it, or brings it up to date.
   *
   * @throws StoreException if that cannot be done, or another store uses the folder; the message
   *     says what to do
   */
  public synchronized void start() {
    if (opened != null || closed) {
      throw new IllegalStateException("a store is started once");
    }
    StoreLock lock = lock(options.folder());
    try {
      Opened now = open(lock, new SqliteFile(options.folder()));
      now.commits().start();
      opened = now;
      log.info("tasks are kept in {}", now.file());
    } catch (RuntimeException e) {
      release(lock);
      throw e;
    }
  }

  @Override
  public CompletableFuture<QueuedTask> add(TaskId id, TaskRequest request, Instant createdAt) {
    long bytes = request.payload().text().length();
    return submit(Room.NEEDED, bytes, writes -> writes.add(id, request, createdAt));
  }

  @Override
  public CompletableFuture<Addition> addOnce(
      TaskId id, TaskRequest request, Instant createdAt, SubmissionKey key) {
    long bytes = request.payload().text().length();
    SubmissionKeys keys = opened().keys();
    return submit(Room.NEEDED, bytes, _ -> keys.add(id, request, createdAt, key));
  }

  @Override
  public CompletableFuture<Boolean> begin(AttemptStart start) {
    return submit(Room.RESERVED, 0, writes -> writes.begin(start));
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
    return submit(Room.RESERVED, bytes, writes -> writes.end(end));
  }

  @Override
  public CompletableFuture<Cancellation> cancel(TaskId id, Instant at) {
    return submit(Room.RESERVED, 0, writes -> writes.cancel(id, at));
  }

  @Override
  public CompletableFuture<List<QueuedTask>> promote(Instant now, int limit) {
    checkLimit(limit);
    return submit(Room.RESERVED, 0, writes -> writes.promote(now, limit));
  }

  @Override
  public CompletableFuture<List<Expiry>> expire(Instant now, int limit) {
    checkLimit(limit);
    TaskDeadlines deadlines = opened().deadlines();
    return submit(Room.RESERVED, 0, _ -> deadlines.expire(now, limit));
  }

  @Override
  public CompletableFuture<List<QueuedTask>> queued(
      TaskType type, int priority, long afterPosition, int limit, long maxBytes) {
    checkLimit(limit);
    return submit(
        Room.RESERVED, 0, writes -> writes.queued(type, priority, afterPosition, limit, maxBytes));
  }

  @Override
  public Optional<Instant> nextReadyAt() {
    return opened().reads().nextReadyAt();
  }

  @Override
  public Optional<Instant> nextDeadline() {
    return opened().reads().nextDeadline();
  }

  @Override
  public List<RunningTask> running() {
    return opened().reads().running();
  }

  @Override
  public Optional<TaskStatus> find(TaskId id) {
    return opened().reads().find(id);
  }

  @Override
  public List<TaskStatus> list(TaskFilter filter, int limit) {
    checkLimit(limit);
    return opened().reads().list(filter, limit);
  }

  @Override
  public Map<TaskType, Map<TaskState, Long>> counts() {
    return opened().reads().counts();
  }

  /** How it fares; cheap. */
  public StoreStats stats() {
    Opened now = opened();
    return now.commits().stats(now.file().bytes(), now.file().walBytes());
  }

  /** {@inheritDoc} Not to be called by who continues on the writer's thread. */
  @Override
  public void close() {
    Opened now = opened;
    if (now != null) {
      // Outside the lock: this waits for the writer.
      now.commits().close();
    }
    closeFiles();
  }

  private synchronized void closeFiles() {
    Opened now = opened;
    if (now == null || closed) {
      closed = true;
      return;
    }
    closed = true;
    now.commits().close();
    try {
      now.reads().close();
      now.file().closeWriter(now.writer());
      log.info("{} is closed", now.file());
    } catch (SQLException e) {
      // Everything is committed; what the log still holds is brought in at the next start.
      log.warn("{} was not closed cleanly: {}", now.file(), e.getMessage());
    } finally {
      release(now.lock());
    }
  }

  private interface Work<T> {
    T carryOut(TaskWrites writes) throws SQLException;
  }

  private <T> CompletableFuture<T> submit(Room room, long bytes, Work<T> work) {
    Opened now = opened();
    Callable<T> call = () -> work.carryOut(now.writes());
    return now.commits().submit(new Operation<>(room, bytes, call));
  }

  private Opened opened() {
    Opened now = opened;
    if (now == null) {
      throw new IllegalStateException("the store is not started");
    }
    return now;
  }

  private Opened open(StoreLock lock, SqliteFile file) {
    Statements writer = file.openWriter(Schema.CURRENT);
    try {
      Tally tally = new Tally(writer);
      Positions positions = new Positions(writer);
      TaskWrites writes = new TaskWrites(writer, tally, positions);
      long maxPages = options.maxBytes() / SqliteFile.PAGE_BYTES;
      return new Opened(
          lock,
          file,
          writer,
          writes,
          new TaskDeadlines(writer, tally),
          new SubmissionKeys(writer, writes),
          new GroupCommit(new SqliteTransactions(writer, tally, positions, maxPages), log),
          new TaskReads(new ReaderPool(file)));
    } catch (SQLException e) {
      StoreException failure = new StoreException(file + " cannot be opened: " + e.getMessage(), e);
      try {
        writer.close();
      } catch (SQLException alsoFailed) {
        failure.addSuppressed(alsoFailed);
      }
      throw failure;
    }
  }

  private static StoreLock lock(Path folder) {
    try {
      Files.createDirectories(folder);
      return StoreLock.acquire(folder);
    } catch (IOException e) {
      throw new StoreException("the folder " + folder + " cannot be used: " + e, e);
    }
  }

  private void release(StoreLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("the lock of {} was not released: {}", options.folder(), e.getMessage());
    }
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
