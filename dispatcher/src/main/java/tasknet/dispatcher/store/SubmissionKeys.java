package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;

/**
 * Adds tasks once for each key; the key is committed with its task. With each new key a few old
 * ones go, so the table is never cleaned at a stretch, and holds little more than what is kept.
 */
final class SubmissionKeys {
  private static final int CLEANED_AT_ONCE = 3;

  private final Statements sql;
  private final TaskWrites writes;

  SubmissionKeys(Statements sql, TaskWrites writes) {
    this.sql = sql;
    this.writes = writes;
  }

  Addition add(TaskId id, TaskRequest request, Instant createdAt, SubmissionKey key)
      throws SQLException {
    Optional<Addition> known = known(key, createdAt);
    if (known.isPresent()) {
      return known.get();
    }
    clean(createdAt);
    sql.update(
        "INSERT OR REPLACE INTO submission_key (key, body, task, kept_until) VALUES (?, ?, ?, ?)",
        key.key(),
        key.body(),
        Columns.id(id),
        Columns.micros(key.keptUntil()));
    return new Addition.Added(writes.add(id, request, createdAt));
  }

  /** What was added with that key before, if it is still kept. */
  Optional<Addition> known(SubmissionKey key, Instant now) throws SQLException {
    return sql.first(
        row ->
            row.text(1).equals(key.body())
                ? new Addition.Known(row.id(2))
                : new Addition.KeyTaken(),
        "SELECT body, task FROM submission_key WHERE key = ? AND kept_until > ?",
        key.key(),
        Columns.micros(now));
  }

  private void clean(Instant now) throws SQLException {
    sql.update(
        "DELETE FROM submission_key WHERE key IN (SELECT key FROM submission_key"
            + " INDEXED BY submission_key_end WHERE kept_until <= ? ORDER BY kept_until LIMIT ?)",
        Columns.micros(now),
        CLEANED_AT_ONCE);
  }
}
