package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskId;
import tasknet.task.TaskStatus;

/**
 * Finds tasks, newest first. One call looks at a bounded number of tasks for a bounded time,
 * because it holds one of few connections, and a state of the file that the log cannot be brought
 * past; what it did not come to is for the next call.
 */
final class TaskSearch {
  /**
   * The most that one call does.
   *
   * @param tasks how many it looks at
   * @param time after which it stops, at the next task
   */
  record Budget(int tasks, Duration time) {
    static final Budget STANDARD = new Budget(20_000, Duration.ofMillis(200));
  }

  private static final String LISTED = "SELECT " + TaskRows.LISTED + " FROM task WHERE seq = ?";

  private static final String TEXTS =
      "SELECT labels, CASE WHEN state <> 'COMPLETED' THEN error_message END, "
          + TaskRows.PAYLOAD
          + ", result FROM task WHERE seq = ?";

  private final SqliteStore file;
  private final Budget budget;
  private final NanoClock clock;

  TaskSearch(SqliteStore file, Budget budget, NanoClock clock) {
    this.file = file;
    this.budget = budget;
    this.clock = clock;
  }

  Found search(TaskFilter filter, int limit) {
    return file.read(
        sql -> {
          Walk walk = new Walk(sql, filter.text(), limit);
          SearchQuery query = SearchQuery.of(sql, filter);
          sql.list(walk::goesOn, goesOn -> !goesOn, query.sql(), query.values().toArray());
          return new Found(walk.tasks(), walk.next, walk.looked);
        });
  }

  /** One walk along the candidates. */
  private final class Walk {
    private final Statements sql;
    private final @Nullable SoughtText text;
    private final int limit;
    private final List<Long> found = new ArrayList<>();
    private @Nullable TaskId last;
    private @Nullable TaskId next;
    private int looked;
    private long start;

    Walk(Statements sql, @Nullable String text, int limit) {
      this.sql = sql;
      this.text = text == null ? null : new SoughtText(text);
      this.limit = limit;
    }

    /** Looks at one candidate; false when it is the last one. */
    boolean goesOn(Row row) throws SQLException {
      long seq = row.number(1);
      TaskId id = row.id(2);
      if (looked++ == 0) {
        start = clock.nanoTime(); // not before: what was sorted until now is not to be in vain
      }
      if (row.integer(3) != 0 && (text == null || occurs(text, seq, id))) {
        if (found.size() == limit) {
          next = last;
          return false;
        }
        found.add(seq);
        last = id;
      }
      if (looked >= budget.tasks() || isOver(clock.nanoTime() - start)) {
        next = id;
        return false;
      }
      return true;
    }

    private boolean isOver(long nanos) {
      return nanos >= budget.time().toNanos();
    }

    private boolean occurs(SoughtText sought, long seq, TaskId id) throws SQLException {
      return sought.occursIn(id.toString())
          || sql.first(row -> occurs(sought, row), TEXTS, seq).orElse(false);
    }

    /** The long ones last. */
    private static boolean occurs(SoughtText sought, Row row) throws SQLException {
      return sought.occursInAny(TaskLabels.read(row.textOrNull(1)).values().values())
          || sought.occursIn(row.textOrNull(2))
          || sought.occursIn(row.textOrNull(3))
          || sought.occursIn(row.textOrNull(4));
    }

    List<TaskStatus> tasks() throws SQLException {
      List<TaskStatus> tasks = new ArrayList<>(found.size());
      for (long seq : found) {
        sql.first(row -> TaskRows.status(row, List.of(), null), LISTED, seq).ifPresent(tasks::add);
      }
      return tasks;
    }
  }
}
