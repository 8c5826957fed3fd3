package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.util.function.LongSupplier;
import org.sqlite.SQLiteException;

/**
 * The writer's transactions; with each commit goes what the numbers of tasks changed by. The file
 * is bounded in pages: the last part of them is a reserve, so that tasks can end when none can be
 * added.
 */
final class SqliteTransactions implements Transactions {
  private static final long STEP = 32;

  private final Statements sql;
  private final Tally tally;
  private final Positions positions;
  private final CallbackSignal callbacks;
  private final Journal journal;
  private final long maxPages;
  private final LongSupplier held;
  private long bound = -1;
  private volatile long room;
  private int noted;

  /**
   * @param held bytes of tasks that will come to the store, and need room there
   */
  SqliteTransactions(
      Statements sql,
      Tally tally,
      Positions positions,
      CallbackSignal callbacks,
      Journal journal,
      long maxPages,
      LongSupplier held) {
    this.sql = sql;
    this.tally = tally;
    this.positions = positions;
    this.callbacks = callbacks;
    this.journal = journal;
    this.maxPages = maxPages;
    this.held = held;
  }

  /** How many bytes additions may still take, as of the last commit; any thread may ask. */
  long roomForAdditions() {
    return room - held.getAsLong();
  }

  /** The last eighth is for tasks that are there, and as much as they need for those that come. */
  private long boundForAdditions() {
    long pages = held.getAsLong() / SqliteFile.PAGE_BYTES;
    // In steps, as it costs a statement to tell it.
    return maxPages - maxPages / 8 - Math.ceilDiv(pages, STEP) * STEP;
  }

  /** Looks how much room there is. */
  void measure() {
    try {
      SqliteFile.Pages pages = SqliteFile.Pages.counted(sql);
      long free = maxPages - maxPages / 8 - pages.all() + pages.free();
      room = free * SqliteFile.PAGE_BYTES;
    } catch (SQLException e) {
      room = 0; // until it is known; meanwhile the store itself takes tasks, or refuses them
    }
  }

  @Override
  public void begin(boolean useReserve) throws SQLException {
    long wanted = useReserve ? maxPages : Math.max(1, boundForAdditions());
    if (wanted != bound) {
      sql.execute("PRAGMA max_page_count = " + wanted);
      bound = wanted;
    }
    sql.update("BEGIN IMMEDIATE");
  }

  @Override
  public void commit() throws SQLException {
    tally.write();
    positions.write();
    sql.update("COMMIT");
    tally.clear();
    positions.committed();
    callbacks.committed();
    journal.committed();
    measure();
  }

  @Override
  public void rollback() {
    tally.clear();
    callbacks.rolledBack();
    journal.clear();
    try {
      sql.update("ROLLBACK");
    } catch (SQLException e) {
      // SQLite rolls back by itself on some failures, and then there is no transaction any more.
      // Should one be left all the same, the next BEGIN fails and says so.
    }
  }

  @Override
  public void savepoint() throws SQLException {
    noted = journal.count();
    sql.update("SAVEPOINT operation");
  }

  @Override
  public void releaseSavepoint() throws SQLException {
    sql.update("RELEASE operation");
  }

  @Override
  public void rollbackToSavepoint() throws SQLException {
    journal.backTo(noted);
    sql.update("ROLLBACK TO operation");
  }

  @Override
  public boolean isFull(Throwable failure) {
    return failure instanceof SQLiteException e
        && switch (e.getResultCode()) {
          // The first also when the disk is; the others when the log or its index cannot grow.
          case SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_SHMSIZE -> true;
          default -> false;
        };
  }
}
