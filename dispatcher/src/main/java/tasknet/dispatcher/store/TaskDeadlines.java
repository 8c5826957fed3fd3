package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskError;
import tasknet.task.TaskState;

/** What the writer does to tasks whose deadline passes while they wait. */
final class TaskDeadlines {
  /** What such a task ends with. */
  static final TaskError PASSED =
      new TaskError(
          TaskError.DEADLINE_EXCEEDED, "The deadline passed while the task waited.", false);

  private final Statements sql;
  private final Tally tally;
  private final TaskCallbacks callbacks;
  private final Journal journal;

  TaskDeadlines(Statements sql, Tally tally, TaskCallbacks callbacks, Journal journal) {
    this.sql = sql;
    this.tally = tally;
    this.callbacks = callbacks;
    this.journal = journal;
  }

  List<Expiry> expire(Instant now, int limit) throws SQLException {
    record Due(long seq, Journal.Subject task, Expiry expiry, @Nullable String callback) {
      static Due of(Row row) throws SQLException {
        Journal.Subject task = Journal.Subject.of(row.id(4), row);
        TaskState was = TaskState.valueOf(row.text(5));
        Expiry expiry = new Expiry(task.id(), task.type(), was, Columns.trace(row.textOrNull(7)));
        return new Due(row.number(3), task, expiry, row.textOrNull(6));
      }
    }
    List<Due> due =
        sql.list(
            Due::of,
            "SELECT type, labels, seq, id, state, callback, trace FROM task INDEXED BY task_deadline"
                + " WHERE deadline IS NOT NULL AND state IN ('QUEUED', 'SCHEDULED')"
                + " AND deadline <= ? ORDER BY deadline, seq LIMIT ?",
            Columns.micros(now),
            limit);
    for (Due each : due) {
      sql.update(
          """
          UPDATE task SET state = 'EXPIRED', ready_at = NULL, ended_at = ?,
            error_code = ?, error_message = ?, error_retryable = ?
          WHERE seq = ?
          """,
          Columns.micros(now),
          PASSED.code(),
          PASSED.message(),
          PASSED.retryable(),
          each.seq());
      callbacks.ended(each.expiry().id(), each.callback(), now);
    }
    for (Due each : due) {
      tally.moved(each.task().type().name(), each.expiry().was(), TaskState.EXPIRED);
      journal.waits(each.task(), TaskState.EXPIRED, now, PASSED);
    }
    return due.stream().map(Due::expiry).toList();
  }

  /** The first deadline of a task that waits. */
  static Optional<Instant> next(Statements sql) throws SQLException {
    return sql.first(
        row -> row.instant(1),
        "SELECT deadline FROM task INDEXED BY task_deadline"
            + " WHERE deadline IS NOT NULL AND state IN ('QUEUED', 'SCHEDULED')"
            + " ORDER BY deadline LIMIT 1");
  }
}
