package tasknet.dispatcher.store;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tasknet.dispatcher.store.Operation.Room;
import tasknet.dispatcher.task.DueCallback;

/** Keeps callbacks in the file of the tasks; {@link TaskCallbacks} makes them due. */
final class SqliteCallbacks implements Callbacks {
  private final SqliteStore file;

  SqliteCallbacks(SqliteStore file) {
    this.file = file;
  }

  @Override
  public List<String> receivers() {
    return file.read(
        sql -> {
          List<String> all = new ArrayList<>();
          String last = "";
          while (last != null) { // each step goes to the next value, however many rows have it
            last =
                sql.first(
                        row -> row.text(1),
                        "SELECT receiver FROM callback INDEXED BY callback_next"
                            + " WHERE next_at IS NOT NULL AND receiver > ?"
                            + " ORDER BY receiver LIMIT 1",
                        last)
                    .orElse(null);
            if (last != null) {
              all.add(last);
            }
          }
          return all;
        });
  }

  @Override
  public List<DueCallback> due(String receiver, Instant now, int limit) {
    return file.read(
        sql ->
            sql.list(
                row ->
                    new DueCallback(
                        row.id(1),
                        URI.create(row.text(2)),
                        row.integer(3),
                        row.integer(4),
                        row.instant(5),
                        Columns.trace(row.textOrNull(6))),
                "SELECT callback.task, task.callback, callback.outcome, callback.attempts,"
                    + " callback.due_since, task.trace"
                    + " FROM callback INDEXED BY callback_next JOIN task ON task.id = callback.task"
                    + " WHERE callback.next_at IS NOT NULL AND callback.receiver = ?"
                    + " AND callback.next_at <= ? ORDER BY callback.next_at LIMIT ?",
                receiver,
                Columns.micros(now),
                limit));
  }

  @Override
  public void whenDue(Runnable listener) {
    file.callbackSignal().tell(listener);
  }

  @Override
  public Optional<Instant> nextDue(Instant now) {
    return file.read(
        sql ->
            sql.first(
                row -> row.instant(1),
                "SELECT next_at FROM callback INDEXED BY callback_time"
                    + " WHERE next_at IS NOT NULL AND next_at > ? ORDER BY next_at LIMIT 1",
                Columns.micros(now)));
  }

  @Override
  public long pending() {
    return file.read(
            sql ->
                sql.first(
                    row -> row.number(1),
                    "SELECT count(*) FROM callback INDEXED BY callback_time"
                        + " WHERE next_at IS NOT NULL"))
        .orElse(0L);
  }

  @Override
  public CompletableFuture<Boolean> tried(DueCallback due, Result result) {
    return file.write(
        Room.RESERVED,
        0,
        writer ->
            writer
                    .sql()
                    .update(
                        """
                        UPDATE callback SET state = ?, attempts = attempts + 1, last_status = ?,
                          last_error = ?, next_at = ?
                        WHERE task = ? AND outcome = ? AND attempts = ? AND state = 'PENDING'
                        """,
                        result.state().name(),
                        result.status(),
                        result.error(),
                        Columns.microsOrNull(result.nextAttemptAt()),
                        Columns.id(due.task()),
                        due.outcome(),
                        due.attempts())
                == 1);
  }
}
