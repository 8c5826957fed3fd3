package tasknet.dispatcher.store;

import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.Journal.Subject;
import tasknet.dispatcher.store.NewTasks.NewTask;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.AttemptId;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/**
 * What the writer does to tasks, each inside a transaction that others share. Each notes in the
 * tally last, when nothing can fail any more; each can be carried out again after a rollback.
 *
 * <p>A row is looked up and then changed by its number: nobody else writes in between, and an
 * UPDATE that answers with RETURNING costs more, as SQLite makes a table in memory for each.
 */
final class TaskWrites {
  /** Longer payloads have their own row; two of these still share a page. */
  static final int LARGE_PAYLOAD = 1800;

  private static final TaskError CANCELLED =
      new TaskError(TaskError.CANCELLED, "The task was cancelled.", false);

  private final Statements sql;
  private final Tally tally;
  private final Positions positions;
  private final TaskCallbacks callbacks;
  private final Journal journal;
  private final NewTasks rows;

  /**
   * A task that runs an attempt.
   *
   * @param seq its row
   * @param callback who is to be told of its outcome; null for nobody
   */
  record Running(long seq, Subject task, String worker, @Nullable String callback) {}

  TaskWrites(
      Statements sql, Tally tally, Positions positions, TaskCallbacks callbacks, Journal journal) {
    this.sql = sql;
    this.tally = tally;
    this.positions = positions;
    this.callbacks = callbacks;
    this.journal = journal;
    this.rows = new NewTasks(sql);
  }

  QueuedTask add(TaskId id, TaskRequest request, Instant createdAt) throws SQLException {
    TaskState state = request.terms().runAt() == null ? TaskState.QUEUED : TaskState.SCHEDULED;
    Instant created = createdAt.truncatedTo(ChronoUnit.MICROS); // as it is read back
    QueuedTask task = new QueuedTask(id, request, created, positions.next(), 0, 0);
    NewTask added = new NewTask(new HeldTask(task, null, null), state, task.position());
    if (rows.insert(List.of(added)).isEmpty()) {
      throw new StoreException("there is already a task " + id);
    }
    tally.added(request.type().name(), state);
    journal.waits(subject(id, request), state, createdAt, null);
    return task;
  }

  /** Tasks that were kept elsewhere; events have told of them already. Answers how many are new. */
  int adopt(List<HeldTask> tasks) throws SQLException {
    List<NewTask> held = new ArrayList<>(tasks.size());
    for (HeldTask task : tasks) {
      held.add(new NewTask(task, task.state(), positions.next()));
    }
    List<NewTask> added = rows.insert(held);
    for (NewTask task : added) {
      callBack(task.held());
    }
    for (NewTask task : added) {
      tally.added(task.task().request().type().name(), task.state());
    }
    return added.size();
  }

  private void callBack(HeldTask task) throws SQLException {
    URI callback = task.task().request().terms().callback();
    if (callback != null && task.end() != null) {
      callbacks.ended(task.task().id(), callback.toString(), task.end().at());
    }
  }

  boolean begin(AttemptStart start) throws SQLException {
    record Ready(long seq, Subject task) {}
    AttemptId attempt = start.attempt();
    Optional<Ready> ready =
        sql.first(
            row -> new Ready(row.number(3), Subject.of(attempt.task(), row)),
            """
            SELECT type, labels, seq FROM task
            WHERE id = ? AND state = 'QUEUED' AND attempts = ?
              AND (deadline IS NULL OR deadline > ?)
            """,
            Columns.id(attempt.task()),
            attempt.number() - 1,
            Columns.micros(start.at()));
    if (ready.isEmpty()) {
      return false;
    }
    sql.update(
        "UPDATE task SET state = 'RUNNING', attempts = ? WHERE seq = ?",
        attempt.number(),
        ready.get().seq());
    rows.insert(start);
    Subject task = ready.get().task();
    tally.moved(task.type().name(), TaskState.QUEUED, TaskState.RUNNING);
    journal.attempted(task, TaskState.RUNNING, start.at(), attempt, start.worker().name(), null);
    return true;
  }

  boolean end(AttemptEnd end) throws SQLException {
    Optional<Running> found = running(end.attempt());
    if (found.isEmpty()) {
      return false;
    }
    Running running = found.get();
    TaskError error =
        switch (end.outcome()) {
          case Outcome.Completed(var result) -> {
            complete(running, end, result.text());
            yield null;
          }
          case Outcome.Failed(var failure) -> {
            fail(running, end, failure);
            yield failure;
          }
        };
    endAttempt(end.attempt(), end.at(), error);
    tally.moved(running.task().type().name(), TaskState.RUNNING, end.next());
    journal.attempted(running.task(), end.next(), end.at(), end.attempt(), running.worker(), error);
    return true;
  }

  /** The task of an attempt, if that is the one that it runs. */
  Optional<Running> running(AttemptId attempt) throws SQLException {
    return sql.first(
        row -> {
          String worker = row.textOrNull(5);
          if (worker == null) {
            throw new StoreException("the running attempt " + attempt + " is lost");
          }
          return new Running(
              row.number(3), Subject.of(attempt.task(), row), worker, row.textOrNull(4));
        },
        """
        SELECT type, labels, seq, callback, worker
        FROM task LEFT JOIN attempt ON attempt.task = task.id AND attempt.number = task.attempts
        WHERE id = ? AND state = 'RUNNING' AND attempts = ?
        """,
        Columns.id(attempt.task()),
        attempt.number());
  }

  Cancellation cancel(TaskId id, Instant at) throws SQLException {
    record Found(
        TaskState state,
        Subject task,
        int attempts,
        @Nullable String callback,
        @Nullable TraceContext trace) {}
    Optional<Found> found =
        sql.first(
            row ->
                new Found(
                    TaskState.valueOf(row.text(3)),
                    Subject.of(id, row),
                    row.integer(4),
                    row.textOrNull(5),
                    Columns.trace(row.textOrNull(6))),
            "SELECT type, labels, state, attempts, callback, trace FROM task WHERE id = ?",
            Columns.id(id));
    if (found.isEmpty()) {
      return new Cancellation.NotFound();
    }
    Subject task = found.get().task();
    TaskState state = found.get().state();
    if (!state.canBecome(TaskState.CANCELLED)) {
      return new Cancellation.AlreadyEnded(state);
    }
    Cancellation cancellation =
        state == TaskState.RUNNING
            ? cancelRunning(new AttemptId(id, found.get().attempts()), at)
            : cancelWaiting(id, state, task.type(), found.get().trace(), at);
    callbacks.ended(id, found.get().callback(), at);
    tally.moved(task.type().name(), state, TaskState.CANCELLED);
    if (cancellation instanceof Cancellation.WhileRunning(AttemptStart start)) {
      journal.attempted(
          task, TaskState.CANCELLED, at, start.attempt(), start.worker().name(), CANCELLED);
    } else {
      journal.waits(task, TaskState.CANCELLED, at, null);
    }
    return cancellation;
  }

  List<QueuedTask> promote(Instant now, int limit) throws SQLException {
    record Due(long seq, Instant readyAt, QueuedTask task) {}
    List<Due> due =
        sql.list(
            row ->
                new Due(
                    row.number(TaskRows.AFTER_QUEUED),
                    row.instant(TaskRows.AFTER_QUEUED + 1),
                    TaskRows.queued(row)),
            "SELECT "
                + TaskRows.QUEUED
                + ", task.seq, task.ready_at FROM task INDEXED BY task_scheduled"
                + " WHERE state = 'SCHEDULED' AND ready_at <= ? ORDER BY ready_at, seq LIMIT ?",
            Columns.micros(now),
            limit);
    List<QueuedTask> promoted = new ArrayList<>(due.size());
    for (Due each : due) {
      QueuedTask task = each.task();
      long position = positions.next();
      sql.update(
          "UPDATE task SET state = 'QUEUED', queued_at = ready_at, ready_at = NULL, position = ?"
              + " WHERE seq = ?",
          position,
          each.seq());
      promoted.add(
          new QueuedTask(
              task.id(),
              task.request(),
              task.createdAt(),
              each.readyAt(),
              position,
              task.attempts(),
              task.failures()));
    }
    for (QueuedTask task : promoted) {
      tally.moved(task.request().type().name(), TaskState.SCHEDULED, TaskState.QUEUED);
      journal.waits(subject(task.id(), task.request()), TaskState.QUEUED, now, null);
    }
    return promoted;
  }

  List<QueuedTask> queued(TaskType type, int priority, long afterPosition, int limit, long maxBytes)
      throws SQLException {
    long[] bytes = {0};
    return sql.list(
        TaskRows::queued,
        task -> {
          bytes[0] += task.size();
          return bytes[0] > maxBytes;
        },
        "SELECT "
            + TaskRows.QUEUED
            + " FROM task INDEXED BY task_queued WHERE state = 'QUEUED' AND type = ?"
            + " AND priority = ? AND position > ? ORDER BY position LIMIT ?",
        type.name(),
        priority,
        afterPosition,
        limit);
  }

  private static Subject subject(TaskId id, TaskRequest request) {
    return new Subject(id, request.type(), TaskLabels.text(request.terms().labels()));
  }

  private void complete(Running running, AttemptEnd end, String result) throws SQLException {
    sql.update(
        "UPDATE task SET state = 'COMPLETED', ended_at = ?, result = ? WHERE seq = ?",
        Columns.micros(end.at()),
        result,
        running.seq());
    callBack(running, end);
  }

  /** The task's row. */
  void fail(Running running, AttemptEnd end, TaskError error) throws SQLException {
    sql.update(
        """
        UPDATE task SET state = ?1, ready_at = ?2, ended_at = ?3, failures = failures + ?4,
          error_code = ?5, error_message = ?6, error_retryable = ?7,
          fingerprint = CASE WHEN ?1 = 'DEAD' THEN tasknet_fingerprint(type, ?5, ?6) END,
          queued_at = CASE WHEN ?1 = 'QUEUED' THEN ?8 ELSE queued_at END
        WHERE seq = ?9
        """,
        end.next().name(),
        Columns.microsOrNull(end.readyAt()),
        end.next().ended() ? Columns.micros(end.at()) : null,
        end.counted() ? 1 : 0,
        error.code(),
        error.message(),
        error.retryable(),
        Columns.micros(end.at()),
        running.seq());
    callBack(running, end);
  }

  /** Whoever is to be told of the outcome will be, once it is one. */
  private void callBack(Running running, AttemptEnd end) throws SQLException {
    if (end.next().ended()) {
      callbacks.ended(end.attempt().task(), running.callback(), end.at());
    }
  }

  /** The attempt's row. */
  void endAttempt(AttemptId attempt, Instant at, @Nullable TaskError error) throws SQLException {
    sql.update(
        """
        UPDATE attempt SET ended_at = ?, error_code = ?, error_message = ?, error_retryable = ?
        WHERE task = ? AND number = ?
        """,
        Columns.micros(at),
        error == null ? null : error.code(),
        error == null ? null : error.message(),
        error == null ? null : error.retryable(),
        Columns.id(attempt.task()),
        attempt.number());
  }

  private Cancellation cancelWaiting(
      TaskId id, TaskState was, TaskType type, @Nullable TraceContext trace, Instant at)
      throws SQLException {
    sql.update(
        "UPDATE task SET state = 'CANCELLED', ready_at = NULL, ended_at = ? WHERE id = ?",
        Columns.micros(at),
        Columns.id(id));
    return new Cancellation.WhileWaiting(was, type, trace);
  }

  private Cancellation cancelRunning(AttemptId attempt, Instant at) throws SQLException {
    byte[] id = Columns.id(attempt.task());
    AttemptStart running =
        sql.first(
                row -> TaskRows.start(attempt.task(), row),
                """
                SELECT number, worker, host, port, epoch, started_at FROM attempt
                WHERE task = ? AND number = ?
                """,
                id,
                attempt.number())
            .orElseThrow(() -> new StoreException("the running attempt " + attempt + " is lost"));
    endAttempt(attempt, at, CANCELLED);
    sql.update(
        """
        UPDATE task SET state = 'CANCELLED', ended_at = ?,
          error_code = ?, error_message = ?, error_retryable = ?
        WHERE id = ?
        """,
        Columns.micros(at),
        CANCELLED.code(),
        CANCELLED.message(),
        CANCELLED.retryable(),
        id);
    return new Cancellation.WhileRunning(running);
  }
}
