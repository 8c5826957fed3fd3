package tasknet.dispatcher.store;

import java.net.URI;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.JsonText;
import tasknet.task.ScheduledTick;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;

/**
 * Writes the rows of tasks and attempts that are new to the store, each row once, in the state in
 * which the task stands. For the writer's thread, inside a transaction.
 */
final class NewTasks {
  /** Not {@code OR IGNORE}, which would pass over a missing value too. */
  private static final String TASK =
      """
      INSERT INTO task (id, type, state, position, attempts, failures, created_at, timeout_nanos,
        max_attempts, backoff, payload, priority, deadline, ready_at, labels, schedule, tick_at,
        callback, trace, queued_at, ended_at, result)
      VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO NOTHING
      """;

  private static final String ATTEMPT =
      """
      INSERT INTO attempt (task, number, worker, host, port, epoch, started_at, ended_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private final Statements sql;

  NewTasks(Statements sql) {
    this.sql = sql;
  }

  /**
   * Writes a task with its first attempt, if it has one.
   *
   * @param state in which it stands
   * @return false, and no change, if there is a task of that id
   */
  boolean insert(HeldTask held, TaskState state, long position) throws SQLException {
    byte[] id = Columns.id(held.task().id());
    String payload = held.task().request().payload().text();
    boolean large = payload.length() > TaskWrites.LARGE_PAYLOAD;
    if (!insertRow(id, held, state, position, large ? null : payload)) {
      return false;
    }
    if (large) {
      sql.update("INSERT INTO large_payload VALUES (last_insert_rowid(), ?)", payload);
    }
    TaskLabels.add(sql, held.task().id(), held.task().request().terms().labels());
    if (held.start() != null) {
      insert(held.start(), held.end());
    }
    return true;
  }

  private boolean insertRow(
      byte[] id, HeldTask held, TaskState state, long position, @Nullable String payload)
      throws SQLException {
    QueuedTask task = held.task();
    TaskRequest request = task.request();
    TaskTerms terms = request.terms();
    ScheduledTick tick = terms.schedule();
    URI callback = terms.callback();
    AttemptEnd end = held.end();
    JsonText result = held.result();
    long created = Columns.micros(task.createdAt());
    int rows =
        sql.update(
            TASK,
            id,
            request.type().name(),
            state.name(),
            position,
            held.start() == null ? 0 : 1,
            created,
            request.timeout().toNanos(),
            request.maxAttempts(),
            Columns.backoff(request.backoff()),
            payload,
            terms.priority(),
            Columns.microsOrNull(terms.deadline()),
            state == TaskState.SCHEDULED ? Columns.microsOrNull(terms.runAt()) : null,
            TaskLabels.text(terms.labels()),
            tick == null ? null : tick.name(),
            tick == null ? null : Columns.micros(tick.tick()),
            callback == null ? null : callback.toString(),
            Columns.trace(terms.trace()),
            queuedAt(task, created),
            end == null ? null : Columns.micros(end.at()),
            result == null ? null : result.text());
    return rows > 0;
  }

  /** Null when it is QUEUED since it was created, as most are. */
  private static @Nullable Long queuedAt(QueuedTask task, long created) {
    long queued = Columns.micros(task.queuedAt());
    return queued == created ? null : queued;
  }

  /**
   * Writes an attempt.
   *
   * @param end how it completed its task; null when it runs
   */
  void insert(AttemptStart start, @Nullable AttemptEnd end) throws SQLException {
    sql.update(
        ATTEMPT,
        Columns.id(start.attempt().task()),
        start.attempt().number(),
        start.worker().name(),
        start.host(),
        start.port(),
        start.epoch(),
        Columns.micros(start.at()),
        end == null ? null : Columns.micros(end.at()));
  }
}
