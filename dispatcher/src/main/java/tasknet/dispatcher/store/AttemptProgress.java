package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.TaskError;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskState;

/** How far attempts are, and how a task stands in the order of the events. */
final class AttemptProgress {
  private final Statements sql;
  private final Journal journal;

  AttemptProgress(Statements sql, Journal journal) {
    this.sql = sql;
    this.journal = journal;
  }

  /** Notes how far an attempt is; false, and no change, unless it runs. */
  boolean report(AttemptId attempt, TaskProgress said) throws SQLException {
    Instant at = said.at().truncatedTo(ChronoUnit.MICROS); // as it is read back
    TaskProgress progress = new TaskProgress(said.percent(), said.note(), at);
    byte[] id = Columns.id(attempt.task());
    Optional<String> worker =
        sql.first(
            row -> row.text(1),
            """
            UPDATE attempt SET progress_percent = ?, progress_note = ?, progress_at = ?
            WHERE task = ? AND number = ? AND ended_at IS NULL RETURNING worker
            """,
            progress.percent(),
            progress.note(),
            Columns.micros(at),
            id,
            attempt.number());
    Optional<Journal.Subject> task =
        worker.isEmpty()
            ? Optional.empty()
            : sql.first(
                row -> Journal.Subject.of(attempt.task(), row),
                "SELECT type, labels FROM task WHERE id = ?",
                id);
    if (task.isEmpty()) {
      return false;
    }
    journal.progressed(task.get(), attempt, worker.orElseThrow(), progress);
    return true;
  }

  /** How a task stands in a transaction, and at which place between its events. */
  record Standing(TaskEvent task, Journal.Mark mark) {
    /** The same, when the transaction is committed. */
    TaskSnapshot snapshot() {
      return new TaskSnapshot(task, mark.number());
    }
  }

  /** How a task stands now, in this transaction. */
  Optional<Standing> standing(TaskId id) throws SQLException {
    Optional<Attempt> last =
        sql.first(
            row ->
                new Attempt(
                    TaskRows.attempt(row).number(),
                    row.text(2),
                    row.instant(3),
                    row.instantOrNull(4),
                    TaskRows.progress(row)),
            "SELECT "
                + TaskRows.ATTEMPT
                + " FROM every_attempt WHERE task = ? ORDER BY number DESC LIMIT 1",
            Columns.id(id));
    return sql.first(
        row -> new Standing(event(id, row, last.orElse(null)), journal.mark()),
        "SELECT type, labels, state, created_at, ended_at,"
            + " error_code, error_message, error_retryable FROM task WHERE id = ?",
        Columns.id(id));
  }

  private record Attempt(
      int number,
      String worker,
      Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable TaskProgress progress) {}

  private static TaskEvent event(TaskId id, Row row, @Nullable Attempt last) throws SQLException {
    TaskState state = TaskState.valueOf(row.text(3));
    TaskError error =
        switch (state) {
          case RUNNING, COMPLETED -> null; // else it is that of an attempt before
          case SCHEDULED, QUEUED, DEAD, CANCELLED, EXPIRED -> TaskRows.error(row, 6);
        };
    Instant ended = row.instantOrNull(5);
    Instant at = ended == null ? row.instant(4) : ended;
    if (last != null && ended == null) {
      at = state == TaskState.RUNNING || last.endedAt() == null ? last.startedAt() : last.endedAt();
    }
    return Journal.Subject.of(id, row)
        .event(
            state,
            at,
            last == null ? null : last.number(),
            last == null ? null : last.worker(),
            error,
            last == null || state != TaskState.RUNNING ? null : last.progress());
  }
}
