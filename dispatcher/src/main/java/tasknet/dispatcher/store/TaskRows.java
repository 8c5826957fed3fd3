package tasknet.dispatcher.store;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.RunningTask;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptId;
import tasknet.task.AttemptStatus;
import tasknet.task.CallbackStatus;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.Labels;
import tasknet.task.ScheduledTick;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTerms;
import tasknet.task.TaskType;

/** Which columns the queries ask for, and the records that are made of them. */
final class TaskRows {
  static final String PAYLOAD =
      "coalesce(task.payload, (SELECT large.payload FROM large_payload AS large"
          + " WHERE large.seq = task.seq))";

  /** The columns of {@link #queued}; the first ones of {@link #running}. */
  static final String QUEUED =
      "task.id, task.type, "
          + PAYLOAD
          + ", task.timeout_nanos, task.max_attempts, task.backoff,"
          + " task.created_at, task.position, task.attempts, task.failures, task.deadline,"
          + " task.priority, task.labels, task.schedule, task.tick_at, task.callback,"
          + " task.queued_at";

  /** The number of the first column after those of {@link #QUEUED}. */
  static final int AFTER_QUEUED = 18;

  /** The columns of {@link #running}. */
  static final String RUNNING =
      QUEUED
          + ", attempt.worker, attempt.host, attempt.port, attempt.epoch, attempt.started_at,"
          + " attempt.number";

  /** The columns of {@link #status}. */
  static final String STATUS = status(PAYLOAD, "task.result");

  /** The same for listings: a page of large payloads and results would not fit into memory. */
  static final String LISTED =
      status(
          "task.payload",
          "CASE WHEN length(task.result) <= " + TaskWrites.LARGE_PAYLOAD + " THEN task.result END");

  /** The columns of {@link #attempt}. */
  static final String ATTEMPT =
      "number, worker, started_at, ended_at, error_code, error_message, error_retryable,"
          + " progress_percent, progress_note, progress_at";

  private TaskRows() {}

  private static String status(String payload, String result) {
    return "task.id, task.type, task.state, task.created_at, task.ready_at, task.ended_at,"
        + " task.timeout_nanos, task.max_attempts, "
        + payload
        + ", "
        + result
        + ", task.error_code, task.error_message, task.error_retryable, task.deadline,"
        + " task.priority, task.labels, task.fingerprint, task.schedule, task.tick_at";
  }

  static QueuedTask queued(Row row) throws SQLException {
    return queued(row, row.integer(9));
  }

  static RunningTask running(Row row) throws SQLException {
    QueuedTask task = queued(row, row.integer(9) - 1);
    AttemptStart start =
        new AttemptStart(
            task.nextAttempt(),
            new WorkerId(row.text(AFTER_QUEUED)),
            row.text(AFTER_QUEUED + 1),
            row.integer(AFTER_QUEUED + 2),
            row.number(AFTER_QUEUED + 3),
            row.instant(AFTER_QUEUED + 4));
    return new RunningTask(task, start);
  }

  /** A task's current attempt: the columns number, worker, host, port, epoch, started_at. */
  static AttemptStart start(TaskId task, Row row) throws SQLException {
    return new AttemptStart(
        new AttemptId(task, row.integer(1)),
        new WorkerId(row.text(2)),
        row.text(3),
        row.integer(4),
        row.number(5),
        row.instant(6));
  }

  static TaskStatus status(Row row, List<AttemptStatus> attempts, @Nullable CallbackStatus callback)
      throws SQLException {
    String payload = row.textOrNull(9);
    String result = row.textOrNull(10);
    TaskState state = TaskState.valueOf(row.text(3));
    Labels labels = TaskLabels.read(row.textOrNull(16));
    return new TaskStatus(
        row.id(1),
        new TaskType(row.text(2)),
        state,
        row.instant(4),
        row.instantOrNull(5),
        row.instantOrNull(14),
        row.instantOrNull(6),
        Duration.ofNanos(row.number(7)),
        row.integer(8),
        row.integer(15),
        labels.isEmpty() ? null : labels.values(),
        payload == null ? null : new JsonText(payload),
        result == null ? null : new JsonText(result),
        // What failed before it succeeded stands at its attempts.
        state == TaskState.COMPLETED ? null : error(row, 11),
        fingerprint(row, 17),
        null,
        tick(row, 18),
        callback,
        null,
        attempts);
  }

  static AttemptStatus attempt(Row row) throws SQLException {
    return new AttemptStatus(
        row.integer(1), row.text(2), row.instant(3), row.instantOrNull(4), error(row, 5));
  }

  /** How far that attempt is; null when nothing was said. */
  static @Nullable TaskProgress progress(Row row) throws SQLException {
    String note = row.textOrNull(9);
    return note == null ? null : new TaskProgress(row.integer(8), note, row.instant(10));
  }

  private static QueuedTask queued(Row row, int attempts) throws SQLException {
    String callback = row.textOrNull(16);
    TaskRequest request =
        new TaskRequest(
            new TaskType(row.text(2)),
            new JsonText(row.text(3)),
            Duration.ofNanos(row.number(4)),
            row.integer(5),
            Columns.backoff(row.text(6)),
            new TaskTerms(
                row.instantOrNull(11),
                null,
                row.integer(12),
                TaskLabels.read(row.textOrNull(13)),
                tick(row, 14),
                callback == null ? null : URI.create(callback)));
    Instant created = row.instant(7);
    Instant queued = row.instantOrNull(17);
    return new QueuedTask(
        row.id(1),
        request,
        created,
        queued == null ? created : queued,
        row.number(8),
        attempts,
        row.integer(10));
  }

  private static @Nullable Fingerprint fingerprint(Row row, int column) throws SQLException {
    String text = row.textOrNull(column);
    return text == null ? null : new Fingerprint(text);
  }

  private static @Nullable ScheduledTick tick(Row row, int first) throws SQLException {
    String schedule = row.textOrNull(first);
    return schedule == null ? null : new ScheduledTick(schedule, row.instant(first + 1));
  }

  static @Nullable TaskError error(Row row, int first) throws SQLException {
    String code = row.textOrNull(first);
    return code == null
        ? null
        : new TaskError(code, row.text(first + 1), row.integer(first + 2) != 0);
  }
}
