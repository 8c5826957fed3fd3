package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tasknet.dispatcher.store.Operation.Room;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/** {@link EndedTasks} in the SQLite file. */
final class SqliteEndedTasks implements EndedTasks {
  private static final String ENDS =
      Stream.of(TaskState.values())
          .filter(TaskState::ended)
          .map(state -> "'" + state + "'")
          .collect(Collectors.joining(", "));

  /** In these words, so that SQLite takes the index. */
  private static final String GROUP =
      " FROM task INDEXED BY task_kept WHERE ended_at IS NOT NULL AND state = ? AND type = ?";

  private static final String BYTES =
      "coalesce(octet_length(task.payload), 0) + coalesce(octet_length(task.result), 0)"
          + " + coalesce((SELECT octet_length(large.payload) FROM large_payload AS large"
          + " WHERE large.seq = task.seq), 0)";

  private final SqliteStore file;

  SqliteEndedTasks(SqliteStore file) {
    this.file = file;
  }

  @Override
  public List<Group> groups() {
    record Kind(String type, String state) {}
    return file.read(
        sql -> {
          List<Group> groups = new ArrayList<>();
          for (Kind kind :
              sql.list(
                  row -> new Kind(row.text(1), row.text(2)),
                  "SELECT type, state FROM task_count WHERE tasks > 0 AND state IN ("
                      + ENDS
                      + ")")) {
            sql.first(
                    row -> row.instant(1),
                    "SELECT ended_at" + GROUP + " ORDER BY ended_at LIMIT 1",
                    kind.state(),
                    kind.type())
                .map(
                    oldest ->
                        new Group(
                            new TaskType(kind.type()), TaskState.valueOf(kind.state()), oldest))
                .ifPresent(groups::add);
          }
          return groups;
        });
  }

  @Override
  public CompletableFuture<Integer> remove(Group group, Instant endedBy, Batch most) {
    return file.write(Room.RESERVED, 0, writer -> remove(writer, group, endedBy, most));
  }

  private static int remove(SqliteStore.Writer writer, Group group, Instant endedBy, Batch most)
      throws SQLException {
    record Due(TaskRemoval.Ended task, long bytes) {}
    long[] bytes = {0};
    List<Due> due =
        writer
            .sql()
            .list(
                row -> new Due(TaskRemoval.Ended.read(row), row.number(6)),
                each -> {
                  bytes[0] += each.bytes();
                  return bytes[0] >= most.bytes();
                },
                "SELECT "
                    + TaskRemoval.COLUMNS
                    + ", "
                    + BYTES
                    + GROUP
                    + " AND ended_at <= ? ORDER BY ended_at LIMIT ?",
                group.state().name(),
                group.type().name(),
                Columns.micros(endedBy),
                most.tasks());
    writer.removal().remove(due.stream().map(Due::task).toList());
    return due.size();
  }

  @Override
  public long changes() {
    return file.changes();
  }

  @Override
  public StoreRoom room() {
    return file.room();
  }

  @Override
  public CompletableFuture<Long> shrink(int pages) {
    return file.write(
        Room.RESERVED,
        0,
        writer -> {
          // One by one: it stops after each page, and the driver does not let it go on.
          for (int page = 0; page < pages; page++) {
            writer.sql().execute("PRAGMA incremental_vacuum(1)");
          }
          return SqliteFile.freePages(writer.sql());
        });
  }

  @Override
  public void checkpoint() {
    file.checkpoint();
  }
}
