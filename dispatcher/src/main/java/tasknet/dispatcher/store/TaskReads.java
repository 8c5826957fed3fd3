package tasknet.dispatcher.store;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tasknet.dispatcher.task.RunningTask;
import tasknet.task.AttemptStatus;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

/** What is read of tasks outside the writer: what is committed. */
final class TaskReads {
  private final SqliteStore file;

  TaskReads(SqliteStore file) {
    this.file = file;
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
          List<AttemptStatus> attempts =
              sql.list(
                  TaskRows::attempt,
                  "SELECT " + TaskRows.ATTEMPT + " FROM attempt WHERE task = ? ORDER BY number",
                  Columns.id(id));
          return sql.first(
              row -> TaskRows.status(row, attempts),
              "SELECT " + TaskRows.STATUS + " FROM task WHERE id = ?",
              Columns.id(id));
        });
  }

  Map<TaskType, Map<TaskState, Long>> counts() {
    Map<TaskType, Map<TaskState, Long>> counts = new TreeMap<>();
    record Count(TaskType type, TaskState state, long tasks) {}
    file.read(
            sql ->
                sql.list(
                    row ->
                        new Count(
                            new TaskType(row.text(1)),
                            TaskState.valueOf(row.text(2)),
                            row.number(3)),
                    "SELECT type, state, tasks FROM task_count WHERE tasks > 0"))
        .forEach(
            count ->
                counts
                    .computeIfAbsent(count.type(), type -> new EnumMap<>(TaskState.class))
                    .put(count.state(), count.tasks()));
    return counts;
  }
}
