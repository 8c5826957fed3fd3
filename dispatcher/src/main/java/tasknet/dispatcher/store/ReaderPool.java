package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A few connections that only read, each for one caller at a time. */
final class ReaderPool implements AutoCloseable {
  private static final int READERS = 3;
  private static final long RECHECK_MILLIS = 100;

  /** A question to the database; sees one state of it throughout. */
  @FunctionalInterface
  interface Query<T> {
    T ask(Statements sql) throws SQLException;
  }

  private final ArrayBlockingQueue<Statements> idle = new ArrayBlockingQueue<>(READERS);
  private volatile boolean closed;

  /** Opens the connections. */
  ReaderPool(SqliteFile file) throws SQLException {
    for (int number = 0; number < READERS; number++) {
      idle.add(file.openReader());
    }
  }

  /**
   * Waits for a connection, and asks.
   *
   * @throws StoreException if the pool is closed, or reading fails
   */
  <T> T read(Query<T> query) {
    Statements sql = borrow();
    try {
      return inSnapshot(sql, query);
    } catch (SQLException e) {
      throw new StoreException("the store cannot be read: " + e.getMessage(), e);
    } finally {
      idle.add(sql);
    }
  }

  /** Lets those who read now finish, and closes the connections. */
  @Override
  public void close() throws SQLException {
    closed = true;
    for (int number = 0; number < READERS; number++) {
      takeUninterruptibly().close();
    }
  }

  private static <T> T inSnapshot(Statements sql, Query<T> query) throws SQLException {
    sql.update("BEGIN");
    try {
      return query.ask(sql);
    } finally {
      sql.update("COMMIT");
    }
  }

  private Statements borrow() {
    try {
      while (!closed) {
        Statements sql = idle.poll(RECHECK_MILLIS, TimeUnit.MILLISECONDS);
        if (sql != null) {
          return sql;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted while waiting to read the store", e);
    }
    throw new StoreException("the store is closed");
  }

  private Statements takeUninterruptibly() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return idle.take();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
