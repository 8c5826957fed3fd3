package tasknet.dispatcher.store;

import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasknet.task.CallbackStatus;
import tasknet.task.TaskId;

/** The callbacks of tasks, as the writer of tasks and their readers need them. */
final class TaskCallbacks {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private final Statements sql;
  private final CallbackSignal signal;

  TaskCallbacks(Statements sql, CallbackSignal signal) {
    this.sql = sql;
    this.signal = signal;
  }

  /**
   * A task has ended: its outcome is to be told from now on.
   *
   * @param url null when nobody is to be told
   */
  void ended(TaskId task, @Nullable String url, Instant at) throws SQLException {
    if (url != null) {
      signal.note();
      sql.update(
          """
          INSERT INTO callback (task, receiver, outcome, state, attempts, due_since, next_at)
          VALUES (?1, ?2, 1, 'PENDING', 0, ?3, ?3)
          ON CONFLICT (task) DO UPDATE SET outcome = outcome + 1, state = 'PENDING', attempts = 0,
            due_since = ?3, next_at = ?3, last_status = NULL, last_error = NULL
          """,
          Columns.id(task),
          receiver(URI.create(url)),
          Columns.micros(at));
    }
  }

  /** How the callback of a task fares; empty when it has none. */
  static Optional<CallbackStatus> find(Statements sql, TaskId task) throws SQLException {
    return sql.first(
        row ->
            row.textOrNull(2) == null
                ? CallbackStatus.waiting(URI.create(row.text(1)))
                : new CallbackStatus(
                    URI.create(row.text(1)),
                    CallbackStatus.State.valueOf(row.text(2)),
                    row.integer(3),
                    row.textOrNull(4) == null ? null : row.integer(4),
                    row.textOrNull(5),
                    row.instantOrNull(6)),
        """
        SELECT task.callback, callback.state, callback.attempts, callback.last_status,
          callback.last_error, callback.next_at
        FROM task LEFT JOIN callback ON callback.task = task.id
        WHERE task.id = ? AND task.callback IS NOT NULL
        """,
        Columns.id(task));
  }

  /** Who shares one line: host and port. */
  private static String receiver(URI url) {
    int standard = "https".equals(url.getScheme()) ? HTTPS : HTTP;
    int port = url.getPort() < 0 ? standard : url.getPort();
    return String.valueOf(url.getHost()).toLowerCase(Locale.ROOT) + ':' + port;
  }
}
