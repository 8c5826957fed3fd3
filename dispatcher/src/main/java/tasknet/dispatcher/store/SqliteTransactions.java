package tasknet.dispatcher.store;

import java.sql.SQLException;
import org.sqlite.SQLiteException;

/**
 * The writer's transactions; with each commit goes what the numbers of tasks changed by. The file
 * is bounded in pages: the last part of them is a reserve, so that tasks can end when none can be
 * added.
 */
final class SqliteTransactions implements Transactions {
  private final Statements sql;
  private final Tally tally;
  private final Positions positions;
  private final CallbackSignal callbacks;
  private final Journal journal;
  private final long maxPages;
  private boolean reserveOpen = true;
  private int noted;

  SqliteTransactions(
      Statements sql,
      Tally tally,
      Positions positions,
      CallbackSignal callbacks,
      Journal journal,
      long maxPages) {
    this.sql = sql;
    this.tally = tally;
    this.positions = positions;
    this.callbacks = callbacks;
    this.journal = journal;
    this.maxPages = maxPages;
  }

  @Override
  public void begin(boolean useReserve) throws SQLException {
    if (useReserve != reserveOpen) {
      long bound = useReserve ? maxPages : maxPages - maxPages / 8;
      sql.execute("PRAGMA max_page_count = " + bound);
      reserveOpen = useReserve;
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
