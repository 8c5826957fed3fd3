package tasknet.dispatcher.store;

import java.sql.SQLException;

/** The transactions of one connection, used by one thread. */
interface Transactions {
  /**
   * Begins a transaction.
   *
   * @param useReserve whether this transaction may use the room that is kept back from additions
   */
  void begin(boolean useReserve) throws SQLException;

  void commit() throws SQLException;

  /** Undoes everything since {@link #begin}; does nothing when it is undone already. */
  void rollback();

  /** Marks the point that {@link #rollbackToSavepoint} goes back to. */
  void savepoint() throws SQLException;

  void releaseSavepoint() throws SQLException;

  void rollbackToSavepoint() throws SQLException;

  /** Whether this failure says that there is no room left. */
  boolean isFull(Throwable failure);
}
