package tasknet.dispatcher.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.store.Operation.Room;
import tasknet.runtime.NanoClock;

/**
 * One SQLite file while it is open: one thread writes to it, by {@link GroupCommit}; a few
 * connections read beside it. What is kept of tasks, and of whatever else, has rooms of its own,
 * which write and read here.
 */
final class SqliteStore implements AutoCloseable {
  /**
   * What a change works with, on the writer's thread and inside a transaction. It may be carried
   * out again after a rollback.
   */
  record Writer(
      Statements sql,
      Tally tally,
      Positions positions,
      TaskWrites tasks,
      TaskDeadlines deadlines,
      SubmissionKeys keys,
      TaskRemoval removal,
      DeadTaskWrites dead,
      Poison poison,
      Journal journal,
      AttemptProgress progress) {
    /**
     * @param listener told of what happened to tasks, on the writer's thread
     */
    static Writer of(Statements sql, EventSink listener, CallbackSignal callbackSignal)
        throws SQLException {
      Tally tally = new Tally(sql);
      Positions positions = new Positions(sql);
      TaskRemoval removal = new TaskRemoval(sql, tally);
      TaskCallbacks callbacks = new TaskCallbacks(sql, callbackSignal);
      Journal journal = new Journal(listener);
      TaskWrites tasks = new TaskWrites(sql, tally, positions, callbacks, journal);
      return new Writer(
          sql,
          tally,
          positions,
          tasks,
          new TaskDeadlines(sql, tally, callbacks, journal),
          new SubmissionKeys(sql, tasks),
          removal,
          new DeadTaskWrites(sql, tally, positions, removal, journal),
          new Poison(sql, tally, tasks, journal),
          journal,
          new AttemptProgress(sql, journal));
    }

    /**
     * Its transactions.
     *
     * @param maxBytes how large the file may become
     * @param held bytes of tasks that will come to the store, and need room there
     */
    SqliteTransactions transactions(
        CallbackSignal callbackSignal, long maxBytes, LongSupplier held) {
      long maxPages = maxBytes / SqliteFile.PAGE_BYTES;
      return new SqliteTransactions(sql, tally, positions, callbackSignal, journal, maxPages, held);
    }
  }

  /** What is to be written. */
  @FunctionalInterface
  interface Change<T> {
    T carryOut(Writer writer) throws SQLException;
  }

  private record Opened(
      StoreLock lock,
      SqliteFile file,
      Writer writer,
      SqliteTransactions transactions,
      GroupCommit commits,
      ReaderPool readers) {}

  private final SqliteTaskStore.Options options;
  private final EventSink listener;
  private final Logger log;
  private final CallbackSignal callbackSignal = new CallbackSignal();
  private final CommitFigures commitFigures = new CommitFigures();
  private final UntilChanged<SqliteFile.Pages> pages =
      new UntilChanged<>(this::changes, () -> read(SqliteFile.Pages::counted));
  private volatile LongSupplier held = () -> 0;
  private volatile @Nullable Opened opened;
  private boolean closed;

  SqliteStore(SqliteTaskStore.Options options, EventSink listener, Logger log) {
    this.options = options;
    this.listener = listener;
    this.log = log;
  }

  /**
   * Opens the file; creates it, or brings it up to date.
   *
   * @throws StoreException if that cannot be done, or another store uses the folder
   */
  synchronized void start() {
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

  /**
   * Carries out a change, in the order of the calls; completes after its commit.
   *
   * @param bytes roughly how much it writes, to bound a group
   */
  <T> CompletableFuture<T> write(Room room, long bytes, Change<T> change) {
    Opened now = opened();
    return now.commits().submit(new Operation<>(room, bytes, () -> change.carryOut(now.writer())));
  }

  /** Asks for what is committed. */
  <T> T read(ReaderPool.Query<T> query) {
    return opened().readers().read(query);
  }

  /** The last position that was given to a task. */
  long lastPosition() {
    return opened().writer().positions().last();
  }

  /** Keeps room for tasks that will come to the store; as many bytes as that answers then. */
  void reserve(LongSupplier bytes) {
    held = bytes;
  }

  /** Whether additions find room, as of the last commit. */
  boolean hasRoom() {
    return opened().transactions().roomForAdditions() >= 0;
  }

  CallbackSignal callbackSignal() {
    return callbackSignal;
  }

  CommitFigures commitFigures() {
    return commitFigures;
  }

  /** How many operations were carried out. */
  long changes() {
    return opened().commits().operations();
  }

  StoreStats stats() {
    Opened now = opened();
    return now.commits().stats(now.file().bytes(), now.file().walBytes());
  }

  /** Asks the file only when it was changed since the last time; the disk always. */
  StoreRoom room() {
    return opened().file().room(pages.now(), options.maxBytes());
  }

  /** Brings the log into the file, as far as that is possible without anybody waiting. */
  void checkpoint() {
    Opened now = opened();
    try {
      now.file().checkpoint();
    } catch (SQLException e) {
      throw new StoreException("the log could not be brought into the file: " + e.getMessage(), e);
    }
  }

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
      now.readers().close();
      now.file().closeWriter(now.writer().sql());
      log.info("{} is closed", now.file());
    } catch (SQLException e) {
      // Everything is committed; what the log still holds is brought in at the next start.
      log.warn("{} was not closed cleanly: {}", now.file(), e.getMessage());
    } finally {
      release(now.lock());
    }
  }

  private Opened opened() {
    Opened now = opened;
    if (now == null) {
      throw new IllegalStateException("the store is not started");
    }
    return now;
  }

  private Opened open(StoreLock lock, SqliteFile file) {
    Statements sql = file.openWriter(Schema.CURRENT);
    try {
      Writer writer = Writer.of(sql, listener, callbackSignal);
      SqliteTransactions transactions =
          writer.transactions(callbackSignal, options.maxBytes(), () -> held.getAsLong());
      transactions.measure();
      return new Opened(
          lock,
          file,
          writer,
          transactions,
          new GroupCommit(transactions, commitFigures, NanoClock.SYSTEM, log),
          new ReaderPool(file));
    } catch (SQLException e) {
      StoreException failure = new StoreException(file + " cannot be opened: " + e.getMessage(), e);
      try {
        sql.close();
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
}
