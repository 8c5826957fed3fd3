package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.RunningTask;
import tasknet.task.AttemptStatus;
import tasknet.task.Label;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;

/** What is read of tasks outside the writer: what is committed. */
final class TaskReads {
  /** So many rows are sorted in a blink, so an index in another order will do. */
  private static final long QUICKLY_SORTED = 50_000;

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
          record Tried(AttemptStatus status, @Nullable TaskProgress progress) {}
          List<Tried> tried =
              sql.list(
                  row -> new Tried(TaskRows.attempt(row), TaskRows.progress(row)),
                  "SELECT " + TaskRows.ATTEMPT + " FROM attempt WHERE task = ? ORDER BY number",
                  Columns.id(id));
          List<AttemptStatus> attempts = tried.stream().map(Tried::status).toList();
          return sql.first(
                  row -> TaskRows.status(row, attempts),
                  "SELECT " + TaskRows.STATUS + " FROM task WHERE id = ?",
                  Columns.id(id))
              .map(
                  status ->
                      status.state() == TaskState.RUNNING && !tried.isEmpty()
                          ? status.withProgress(tried.getLast().progress())
                          : status);
        });
  }

  List<TaskStatus> list(TaskFilter filter, int limit) {
    return file.read(
        sql -> {
          StringBuilder query = new StringBuilder("SELECT " + TaskRows.LISTED);
          List<Object> values = new ArrayList<>();
          List<Label> labels = filter.labels();
          String id = "task.id";
          if (labels.isEmpty() || fewOtherwise(sql, filter)) {
            String index = index(sql, filter);
            query.append(" FROM task INDEXED BY ").append(index).append(" WHERE true");
            if (index.equals("task_ended")) {
              // SQLite takes such an index only where its condition stands in the same words.
              query.append(" AND ended_at IS NOT NULL");
            }
          } else {
            query.append(TaskLabels.FROM);
            values.addAll(List.of(labels.getFirst().key(), labels.getFirst().value()));
            labels = labels.subList(1, labels.size());
            id = "marked.task"; // the same; but SQLite sees only of this that it needs no sorting
          }
          for (Label label : labels) {
            query.append(TaskLabels.HAS);
            values.addAll(List.of(label.key(), label.value()));
          }
          if (filter.state() != null) {
            query.append(" AND state = '").append(filter.state()).append('\'');
          }
          if (filter.type() != null) {
            query.append(" AND type = ?");
            values.add(filter.type().name());
          }
          if (filter.before() != null) {
            query.append(" AND ").append(id).append(" < ?");
            values.add(Columns.id(filter.before()));
          }
          query.append(" ORDER BY ").append(id).append(" DESC LIMIT ?");
          values.add(limit);
          return sql.list(
              row -> TaskRows.status(row, List.of()), query.toString(), values.toArray());
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

  /**
   * The index that leads to a page with few rows read: one that holds only the state asked for,
   * unless it holds many in another order; else one in the order of ids. Of a type, most tasks are
   * COMPLETED at last.
   */
  private static String index(Statements sql, TaskFilter filter) throws SQLException {
    String inOrder = filter.type() == null ? "task_id" : "task_type";
    return switch (filter.state()) {
      case null -> inOrder;
      case RUNNING -> "task_running";
      case COMPLETED -> filter.type() == null ? "task_ended" : "task_type";
      case DEAD, CANCELLED, EXPIRED -> "task_ended";
      case QUEUED -> fewIn(sql, filter) ? "task_queued" : inOrder;
      case SCHEDULED -> fewIn(sql, filter) ? "task_scheduled" : inOrder;
    };
  }

  /** Whether state and type alone leave so few that each can be looked at for its labels. */
  private static boolean fewOtherwise(Statements sql, TaskFilter filter) throws SQLException {
    String state = filter.state() == null ? null : filter.state().name();
    String type = filter.type() == null ? null : filter.type().name();
    return (state != null || type != null)
        && sql.first(
                    row -> row.number(1),
                    "SELECT coalesce(sum(tasks), 0) FROM task_count"
                        + " WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR type = ?2)",
                    state,
                    type)
                .orElse(0L)
            <= QUICKLY_SORTED;
  }

  private static boolean fewIn(Statements sql, TaskFilter filter) throws SQLException {
    String state = String.valueOf(filter.state());
    return sql.first(
                row -> row.number(1), "SELECT sum(tasks) FROM task_count WHERE state = ?", state)
            .orElse(0L)
        <= QUICKLY_SORTED;
  }
}
