package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.RunningTask;
import tasknet.task.AttemptStatus;
import tasknet.task.CallbackStatus;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

/** What is read of tasks outside the writer: what is committed. */
final class TaskReads {
  /** Of the heads of all lanes of a type the one that waits the longest; quick at any length. */
  private static final String OLDEST_QUEUED =
      """
      WITH lane (priority) AS
        (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)),
      head (type, queued_at) AS (
        SELECT task_count.type,
          (SELECT coalesce(task.queued_at, task.created_at) FROM task INDEXED BY task_queued
            WHERE task.state = 'QUEUED' AND task.type = task_count.type
              AND task.priority = lane.priority
            ORDER BY task.position LIMIT 1)
        FROM task_count, lane WHERE task_count.state = 'QUEUED' AND task_count.tasks > 0)
      SELECT type, min(queued_at) FROM head WHERE queued_at IS NOT NULL GROUP BY type
      """;

  private final SqliteStore file;
  private final UntilChanged<Map<TaskType, Instant>> oldestQueued;

  TaskReads(SqliteStore file) {
    this.file = file;
    this.oldestQueued = new UntilChanged<>(file::changes, this::readOldestQueued);
  }

  Optional<Instant> nextReadyAt() {
    return file.read(
        sql ->
            sql.first(
                row -> row.instant(1),
                "SELECT ready_at FROM task INDEXED BY task_scheduled"
                    + " WHERE state = 'SCHEDULED' ORDER BY ready_at LIMIT 1"));
  }

  Optional<Instant> nextDeadline() {
    return file.read(TaskDeadlines::next);
  }

  List<RunningTask> running() {
    return file.read(
        sql ->
            sql.list(
                TaskRows::running,
                "SELECT "
                    + TaskRows.RUNNING
                    + " FROM task INDEXED BY task_running JOIN attempt"
                    + " ON attempt.task = task.id AND attempt.number = task.attempts"
                    + " WHERE state = 'RUNNING' ORDER BY task.id"));
  }

  Optional<TaskStatus> find(TaskId id) {
    return file.read(
        sql -> {
          record Tried(AttemptStatus status, @Nullable TaskProgress progress) {}
          List<Tried> tried =
              sql.list(
                  row -> new Tried(TaskRows.attempt(row), TaskRows.progress(row)),
                  "SELECT "
                      + TaskRows.ATTEMPT
                      + " FROM every_attempt WHERE task = ? ORDER BY number",
                  Columns.id(id));
          CallbackStatus callback = TaskCallbacks.find(sql, id).orElse(null);
          List<AttemptStatus> attempts = tried.stream().map(Tried::status).toList();
          return sql.first(
                  row -> TaskRows.status(row, attempts, callback),
                  "SELECT " + TaskRows.STATUS + " FROM task WHERE id = ?",
                  Columns.id(id))
              .map(
                  status ->
                      status.state() == TaskState.RUNNING && !tried.isEmpty()
                          ? status.withProgress(tried.getLast().progress())
                          : status);
        });
  }

  Map<TaskType, Instant> oldestQueued() {
    return oldestQueued.now();
  }

  private Map<TaskType, Instant> readOldestQueued() {
    Map<TaskType, Instant> oldest = new TreeMap<>();
    record Head(TaskType type, Instant queuedAt) {}
    file.read(
            sql ->
                sql.list(row -> new Head(new TaskType(row.text(1)), row.instant(2)), OLDEST_QUEUED))
        .forEach(head -> oldest.put(head.type(), head.queuedAt()));
    return Collections.unmodifiableMap(oldest);
  }

  Map<TaskType, Map<TaskState, Long>> counts(Supplier<? extends Collection<TaskId>> but) {
    return file.read(
        sql -> {
          Map<TaskType, Map<TaskState, Long>> counts = new TreeMap<>();
          // In one snapshot, which begins with this.
          for (Count count :
              sql.list(
                  row -> Count.of(row, row.number(3)),
                  "SELECT type, state, tasks FROM task_count WHERE tasks > 0")) {
            count.addTo(counts);
          }
          for (TaskId id : but.get()) {
            sql.first(
                    row -> Count.of(row, -1),
                    "SELECT type, state FROM task WHERE id = ?",
                    Columns.id(id))
                .ifPresent(count -> count.addTo(counts));
          }
          counts.values().removeIf(Map::isEmpty);
          return counts;
        });
  }

  /** So many tasks of a type and state. */
  private record Count(TaskType type, TaskState state, long tasks) {
    static Count of(Row row, long tasks) throws SQLException {
      return new Count(new TaskType(row.text(1)), TaskState.valueOf(row.text(2)), tasks);
    }

    void addTo(Map<TaskType, Map<TaskState, Long>> counts) {
      counts
          .computeIfAbsent(type, _ -> new EnumMap<>(TaskState.class))
          .merge(state, tasks, (one, other) -> one + other == 0 ? null : one + other);
    }
  }
}
