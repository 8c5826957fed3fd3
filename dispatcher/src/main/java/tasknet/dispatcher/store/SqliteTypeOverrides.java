package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tasknet.dispatcher.store.Operation.Room;
import tasknet.dispatcher.task.TypeOverride;
import tasknet.task.TaskType;
import tasknet.task.TypeStatus;

/** Has a row for each type of which something is changed. */
final class SqliteTypeOverrides implements TypeOverrides {
  private record Entry(TaskType type, TypeOverride override) {}

  private final SqliteStore file;

  SqliteTypeOverrides(SqliteStore file) {
    this.file = file;
  }

  @Override
  public Map<TaskType, TypeOverride> all() {
    return file.read(
        sql ->
            sql
                .list(
                    row -> new Entry(new TaskType(row.text(5)), override(row)),
                    "SELECT paused, running, starts_per_second, waiting, type FROM type_override")
                .stream()
                .collect(Collectors.toMap(Entry::type, Entry::override)));
  }

  @Override
  public CompletableFuture<TypeOverride> change(TaskType type, UnaryOperator<TypeOverride> change) {
    return file.write(
        Room.RESERVED,
        0,
        writer -> {
          TypeOverride kept = kept(writer.sql(), type);
          TypeOverride next = change.apply(kept);
          if (!next.equals(kept)) {
            keep(writer.sql(), type, next);
          }
          return next;
        });
  }

  private static TypeOverride kept(Statements sql, TaskType type) throws SQLException {
    return sql.first(
            SqliteTypeOverrides::override,
            "SELECT paused, running, starts_per_second, waiting FROM type_override WHERE type = ?",
            type.name())
        .orElse(TypeOverride.NONE);
  }

  private static void keep(Statements sql, TaskType type, TypeOverride next) throws SQLException {
    if (next.equals(TypeOverride.NONE)) {
      sql.update("DELETE FROM type_override WHERE type = ?", type.name());
      return;
    }
    TypeStatus.Limits limits = next.limits();
    sql.update(
        "INSERT OR REPLACE INTO type_override (type, paused, running, starts_per_second, waiting)"
            + " VALUES (?, ?, ?, ?, ?)",
        type.name(),
        next.paused(),
        limits.running(),
        limits.startsPerSecond(),
        limits.waiting());
  }

  private static TypeOverride override(Row row) throws SQLException {
    return new TypeOverride(
        row.integer(1) != 0,
        new TypeStatus.Limits(row.integerOrNull(2), row.realOrNull(3), row.integerOrNull(4)));
  }
}
