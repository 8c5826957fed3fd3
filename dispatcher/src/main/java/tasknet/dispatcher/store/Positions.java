package tasknet.dispatcher.store;

import java.sql.SQLException;

/**
 * Gives out places in the queues, in ascending order; none is given to two tasks, ever. For the
 * writer's thread, except for {@link #last}.
 */
final class Positions {
  private final Statements sql;
  private volatile long last;
  private long committed;

  /** Goes on after the last position that was committed. */
  Positions(Statements sql) throws SQLException {
    this.sql = sql;
    this.last = sql.first(row -> row.number(1), "SELECT last FROM position").orElse(0L);
    this.committed = last;
  }

  long next() {
    long next = last + 1; // one thread writes
    last = next;
    return next;
  }

  /** The last one that was given out; for any thread. */
  long last() {
    return last;
  }

  void write() throws SQLException {
    if (last != committed) {
      sql.update("UPDATE position SET last = ?", last);
    }
  }

  void committed() {
    committed = last;
  }
}
