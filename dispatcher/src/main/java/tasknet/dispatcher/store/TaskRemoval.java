package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasknet.task.Label;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/**
 * Removes tasks that have ended, each with all that belongs to it: attempts, labels, large payload,
 * its place in the tally. Its submission key stays for its time, so that a repeated submission does
 * not run the task again.
 */
final class TaskRemoval {
  /** A task that may be removed. */
  record Ended(long seq, TaskId id, String type, TaskState state, @Nullable String labels) {
    /** Of the columns {@link #COLUMNS}. */
    static Ended read(Row row) throws SQLException {
      return new Ended(
          row.number(1), row.id(2), row.text(3), TaskState.valueOf(row.text(4)), row.textOrNull(5));
    }
  }

  /** What {@link Ended#read} reads; more may follow. */
  static final String COLUMNS = "task.seq, task.id, task.type, task.state, task.labels";

  private final Statements sql;
  private final Tally tally;

  TaskRemoval(Statements sql, Tally tally) {
    this.sql = sql;
    this.tally = tally;
  }

  /** Removes one task; false, and no change, unless it is in that state, which is an end. */
  boolean remove(TaskId id, TaskState state) throws SQLException {
    Optional<Ended> task =
        sql.first(
            Ended::read,
            "SELECT " + COLUMNS + " FROM task WHERE id = ? AND state = ?",
            Columns.id(id),
            state.name());
    if (task.isPresent()) {
      remove(List.of(task.get()));
    }
    return task.isPresent();
  }

  /**
   * Removes tasks that were read in this transaction.
   *
   * @throws IllegalArgumentException if one has not ended
   */
  void remove(List<Ended> tasks) throws SQLException {
    for (Ended task : tasks) {
      if (!task.state().ended()) {
        throw new IllegalArgumentException(task.id() + " has not ended");
      }
      removeRows(task);
    }
    tasks.forEach(task -> tally.removed(task.type(), task.state()));
  }

  private void removeRows(Ended task) throws SQLException {
    byte[] id = Columns.id(task.id());
    for (Label label : TaskLabels.read(task.labels()).each()) {
      sql.update(
          "DELETE FROM label WHERE key = ? AND value = ? AND task = ?",
          label.key(),
          label.value(),
          id);
    }
    sql.update("DELETE FROM attempt WHERE task = ?", id);
    sql.update("DELETE FROM large_payload WHERE seq = ?", task.seq());
    sql.update("DELETE FROM task WHERE seq = ?", task.seq());
  }
}
