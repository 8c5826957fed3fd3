package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.Operation.Room;
import tasknet.task.DeadGroup;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/** The DEAD tasks of a file. */
final class SqliteDeadLetters implements DeadLetters {
  /** Its newest task stands for a group. */
  private static final String GROUPS =
      "SELECT fingerprint, type, tasks, first_at, last_at, id, error_code, error_message FROM ("
          + "SELECT dead_group.*, (SELECT seq FROM task INDEXED BY task_dead"
          + " WHERE task.fingerprint = dead_group.fingerprint ORDER BY id DESC LIMIT 1) AS newest"
          + " FROM dead_group%s WHERE %s) AS found"
          + " CROSS JOIN (SELECT seq, id, error_code, error_message FROM task) AS sample"
          + " ON sample.seq = found.newest";

  private final SqliteStore file;

  SqliteDeadLetters(SqliteStore file) {
    this.file = file;
  }

  @Override
  public CompletableFuture<Requeue> requeue(
      TaskId id, @Nullable JsonText payload, @Nullable TraceContext trace, Instant now) {
    return payload == null
        ? file.write(Room.RESERVED, 0, writer -> writer.dead().requeue(id, null, trace, now))
        : file.write(
            Room.NEEDED,
            payload.text().length(),
            writer -> writer.dead().requeue(id, payload, trace, now));
  }

  @Override
  public CompletableFuture<Part> requeue(
      Fingerprint fingerprint, @Nullable TaskId after, Instant until, int limit) {
    return file.write(
        Room.RESERVED, 0, writer -> writer.dead().requeue(fingerprint, after, until, limit));
  }

  @Override
  public CompletableFuture<Deletion> delete(TaskId id) {
    return file.write(Room.RESERVED, 0, writer -> writer.dead().delete(id));
  }

  @Override
  public CompletableFuture<Part> delete(
      Fingerprint fingerprint, @Nullable TaskId after, Instant until, int limit) {
    return file.write(
        Room.RESERVED, 0, writer -> writer.dead().delete(fingerprint, after, until, limit));
  }

  @Override
  public Optional<DeadGroup> group(Fingerprint fingerprint) {
    return file.read(
        sql ->
            sql.first(
                SqliteDeadLetters::group,
                GROUPS.formatted("", "fingerprint = ?"),
                fingerprint.text()));
  }

  @Override
  public List<DeadGroup> groups(@Nullable TaskType type, @Nullable Place before, int limit) {
    StringBuilder wanted = new StringBuilder("true");
    List<Object> values = new ArrayList<>();
    if (type != null) {
      wanted.append(" AND type = ?");
      values.add(type.name());
    }
    if (before != null) {
      wanted.append(" AND (last_at, fingerprint) < (?, ?)");
      values.add(Columns.micros(before.lastAt()));
      values.add(before.fingerprint().text());
    }
    wanted.append(" ORDER BY last_at DESC, fingerprint DESC LIMIT ?");
    values.add(limit);
    String index = type == null ? " INDEXED BY dead_group_last" : " INDEXED BY dead_group_type";
    String query = GROUPS.formatted(index, wanted) + " ORDER BY last_at DESC, fingerprint DESC";
    return file.read(sql -> sql.list(SqliteDeadLetters::group, query, values.toArray()));
  }

  private static DeadGroup group(Row row) throws SQLException {
    return new DeadGroup(
        new Fingerprint(row.text(1)),
        new TaskType(row.text(2)),
        row.text(7),
        row.text(8),
        row.number(3),
        row.instant(4),
        row.instant(5),
        row.id(6));
  }
}
