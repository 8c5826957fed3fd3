package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.DeadLetters.Lane;
import tasknet.dispatcher.store.DeadLetters.Part;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * What the writer does to DEAD tasks. The groups of {@code dead_group} follow by themselves, see
 * {@link Schema}.
 */
final class DeadTaskWrites {
  private record Found(long seq, Journal.Subject task, int priority) {
    static final String COLUMNS = "type, labels, seq, id, priority";

    static Found of(Row row) throws SQLException {
      return new Found(row.number(3), Journal.Subject.of(row.id(4), row), row.integer(5));
    }

    TaskId id() {
      return task.id();
    }

    TaskType type() {
      return task.type();
    }
  }

  private final Statements sql;
  private final Tally tally;
  private final Positions positions;
  private final TaskRemoval removal;
  private final Journal journal;

  DeadTaskWrites(
      Statements sql, Tally tally, Positions positions, TaskRemoval removal, Journal journal) {
    this.sql = sql;
    this.tally = tally;
    this.positions = positions;
    this.removal = removal;
    this.journal = journal;
  }

  Requeue requeue(TaskId id, @Nullable JsonText payload, Instant now) throws SQLException {
    Optional<TaskState> state = state(id);
    if (state.isEmpty()) {
      return new Requeue.NotFound();
    }
    Optional<Found> dead = dead(id);
    if (dead.isEmpty()) {
      return new Requeue.NotDead(state.get());
    }
    bringBack(dead.get(), now);
    if (payload != null) {
      replacePayload(dead.get().seq(), payload.text());
    }
    QueuedTask task =
        sql.first(
                TaskRows::queued,
                "SELECT " + TaskRows.QUEUED + " FROM task WHERE seq = ?",
                dead.get().seq())
            .orElseThrow();
    tally.moved(dead.get().type().name(), TaskState.DEAD, TaskState.QUEUED);
    journal.waits(dead.get().task(), TaskState.QUEUED, now, null);
    return new Requeue.Requeued(task);
  }

  Part requeue(Fingerprint fingerprint, @Nullable TaskId after, Instant until, int limit)
      throws SQLException {
    List<Found> dead = dead(fingerprint, after, until, limit);
    Set<Lane> lanes = new HashSet<>();
    for (Found task : dead) {
      bringBack(task, until);
      lanes.add(new Lane(task.type(), task.priority()));
    }
    for (Found each : dead) {
      tally.moved(each.type().name(), TaskState.DEAD, TaskState.QUEUED);
      journal.waits(each.task(), TaskState.QUEUED, until, null);
    }
    return new Part(dead.size(), last(dead, limit), lanes);
  }

  Part delete(Fingerprint fingerprint, @Nullable TaskId after, Instant until, int limit)
      throws SQLException {
    List<Found> dead = dead(fingerprint, after, until, limit);
    for (Found task : dead) {
      removal.remove(task.id(), TaskState.DEAD);
    }
    return new Part(dead.size(), last(dead, limit), Set.of());
  }

  Deletion delete(TaskId id) throws SQLException {
    Optional<TaskState> state = state(id);
    if (state.isEmpty()) {
      return new Deletion.NotFound();
    }
    Optional<Found> dead = dead(id);
    if (dead.isEmpty()) {
      return new Deletion.NotDead(state.get());
    }
    Fingerprint fingerprint =
        sql.first(
                row -> new Fingerprint(row.text(1)),
                "SELECT fingerprint FROM task WHERE seq = ?",
                dead.get().seq())
            .orElseThrow();
    removal.remove(id, TaskState.DEAD);
    return new Deletion.Deleted(fingerprint);
  }

  private Optional<TaskState> state(TaskId id) throws SQLException {
    return sql.first(
        row -> TaskState.valueOf(row.text(1)),
        "SELECT state FROM task WHERE id = ?",
        Columns.id(id));
  }

  private Optional<Found> dead(TaskId id) throws SQLException {
    return sql.first(
        Found::of,
        "SELECT " + Found.COLUMNS + " FROM task WHERE id = ? AND state = 'DEAD'",
        Columns.id(id));
  }

  private List<Found> dead(
      Fingerprint fingerprint, @Nullable TaskId after, Instant until, int limit)
      throws SQLException {
    return sql.list(
        Found::of,
        "SELECT "
            + Found.COLUMNS
            + " FROM task INDEXED BY task_dead"
            + " WHERE fingerprint = ? AND id > ? AND ended_at <= ? ORDER BY id LIMIT ?",
        fingerprint.text(),
        after == null ? new byte[0] : Columns.id(after),
        Columns.micros(until),
        limit);
  }

  private static @Nullable TaskId last(List<Found> dead, int limit) {
    return dead.size() < limit ? null : dead.getLast().id();
  }

  /** To the end of its queue; its attempts stay, and their numbers go on. */
  private void bringBack(Found task, Instant now) throws SQLException {
    sql.update(
        """
        UPDATE task SET state = 'QUEUED', position = ?1, queued_at = ?2, failures = 0,
          ended_at = NULL, fingerprint = NULL,
          deadline = CASE WHEN deadline > ?2 THEN deadline END
        WHERE seq = ?3
        """,
        positions.next(),
        Columns.micros(now),
        task.seq());
    sql.update(
        "UPDATE attempt SET worker_died = 0 WHERE task = ? AND worker_died = 1",
        Columns.id(task.id()));
  }

  private void replacePayload(long seq, String payload) throws SQLException {
    boolean large = payload.length() > TaskWrites.LARGE_PAYLOAD;
    sql.update("UPDATE task SET payload = ? WHERE seq = ?", large ? null : payload, seq);
    if (large) {
      sql.update("INSERT OR REPLACE INTO large_payload VALUES (?, ?)", seq, payload);
    } else {
      sql.update("DELETE FROM large_payload WHERE seq = ?", seq);
    }
  }
}
