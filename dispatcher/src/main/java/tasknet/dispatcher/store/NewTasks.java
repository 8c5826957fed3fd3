package tasknet.dispatcher.store;

import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.HeldTask;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.JsonText;
import tasknet.task.ScheduledTick;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskTerms;

/**
 * Writes the rows of tasks and attempts that are new to the store, each row once, in the state in
 * which the task stands. For the writer's thread, inside a transaction.
 */
final class NewTasks {
  /** Rows of one statement: a row then costs a third less than alone, and no less with more. */
  private static final int TOGETHER = 20;

  private static final String COLUMNS =
      """
      (failures, id, type, state, position, attempts, created_at, timeout_nanos, max_attempts,
        backoff, payload, priority, deadline, ready_at, labels, schedule, tick_at, callback, trace,
        queued_at, begun_at, completed_by, ended_at, result)
      """;

  private static final String ROW =
      "(0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private static final String ONE = insertion(1);
  private static final String SOME = insertion(TOGETHER);

  private static final String ATTEMPT =
      """
      INSERT INTO attempt (task, number, worker, host, port, epoch, started_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String LARGE_PAYLOAD =
      "INSERT INTO large_payload SELECT seq, ? FROM task WHERE id = ?";

  private final Statements sql;

  /**
   * A task on its way into the store.
   *
   * @param state in which it will stand
   * @param position its own; no other task has it
   */
  record NewTask(HeldTask held, TaskState state, long position) {
    QueuedTask task() {
      return held.task();
    }

    private String payload() {
      return task().request().payload().text();
    }

    private boolean isLarge() {
      return payload().length() > TaskWrites.LARGE_PAYLOAD;
    }
  }

  NewTasks(Statements sql) {
    this.sql = sql;
  }

  /**
   * Writes tasks, each with its first attempt if it has one. A task that is there already, by its
   * id, is left as it is there.
   *
   * @return those that were not there, in their order
   */
  List<NewTask> insert(List<NewTask> tasks) throws SQLException {
    List<NewTask> added = new ArrayList<>(tasks.size());
    int next = 0;
    while (next < tasks.size()) {
      int rows = tasks.size() - next < TOGETHER ? 1 : TOGETHER;
      added.addAll(insertRows(tasks.subList(next, next + rows)));
      next += rows;
    }
    for (NewTask task : added) {
      insertRest(task);
    }
    return added;
  }

  /**
   * {@code DO NOTHING} and not {@code OR IGNORE}, which would pass over a missing value too. {@code
   * OR FAIL}: SQLite need not be able to take back a part of the statement, because whoever gets a
   * failure takes back all of the operation.
   */
  private static String insertion(int rows) {
    return "INSERT OR FAIL INTO task "
        + COLUMNS
        + " VALUES "
        + String.join(", ", Collections.nCopies(rows, ROW))
        + " ON CONFLICT (id) DO NOTHING";
  }

  /** Answers which of them were not there. */
  private List<NewTask> insertRows(List<NewTask> tasks) throws SQLException {
    List<@Nullable Object> values = new ArrayList<>();
    for (NewTask task : tasks) {
      addValues(task, values);
    }
    int rows = sql.update(tasks.size() == 1 ? ONE : SOME, values.toArray());
    if (rows == tasks.size()) {
      return tasks;
    }
    List<NewTask> added = new ArrayList<>();
    for (NewTask task : tasks) {
      if (rows > 0 && isThere(task)) {
        added.add(task);
      }
    }
    return added;
  }

  private boolean isThere(NewTask task) throws SQLException {
    return sql.first(
            _ -> true,
            "SELECT 1 FROM task WHERE id = ? AND position = ?",
            Columns.id(task.task().id()),
            task.position())
        .isPresent();
  }

  /** What has no room in the task's row. */
  private void insertRest(NewTask task) throws SQLException {
    TaskId id = task.task().id();
    if (task.isLarge()) {
      sql.update(LARGE_PAYLOAD, task.payload(), Columns.id(id));
    }
    TaskLabels.add(sql, id, task.task().request().terms().labels());
    AttemptStart start = task.held().start();
    if (start != null && task.held().end() == null) {
      insert(start);
    }
  }

  /** Adds the values of a task's row, in the order of the columns. */
  private static void addValues(NewTask added, List<@Nullable Object> values) {
    QueuedTask task = added.task();
    TaskRequest request = task.request();
    TaskTerms terms = request.terms();
    ScheduledTick tick = terms.schedule();
    URI callback = terms.callback();
    AttemptStart start = added.held().start();
    AttemptEnd end = added.held().end();
    AttemptStart completing = end == null ? null : start;
    JsonText result = added.held().result();
    long created = Columns.micros(task.createdAt());
    Collections.addAll(
        values,
        Columns.id(task.id()),
        request.type().name(),
        added.state().name(),
        added.position(),
        start == null ? 0 : 1,
        created,
        request.timeout().toNanos(),
        request.maxAttempts(),
        Columns.backoff(request.backoff()),
        added.isLarge() ? null : added.payload(),
        terms.priority(),
        Columns.microsOrNull(terms.deadline()),
        added.state() == TaskState.SCHEDULED ? Columns.microsOrNull(terms.runAt()) : null,
        TaskLabels.text(terms.labels()),
        tick == null ? null : tick.name(),
        tick == null ? null : Columns.micros(tick.tick()),
        callback == null ? null : callback.toString(),
        Columns.trace(terms.trace()),
        queuedAt(task, created),
        completing == null ? null : Columns.micros(completing.at()),
        completing == null ? null : completing.worker().name(),
        end == null ? null : Columns.micros(end.at()),
        result == null ? null : result.text());
  }

  /** Null when it is QUEUED since it was created, as most are. */
  private static @Nullable Long queuedAt(QueuedTask task, long created) {
    long queued = Columns.micros(task.queuedAt());
    return queued == created ? null : queued;
  }

  /** Writes an attempt that runs. */
  void insert(AttemptStart start) throws SQLException {
    sql.update(
        ATTEMPT,
        Columns.id(start.attempt().task()),
        start.attempt().number(),
        start.worker().name(),
        start.host(),
        start.port(),
        start.epoch(),
        Columns.micros(start.at()));
  }
}
