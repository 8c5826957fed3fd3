package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import tasknet.task.TaskState;

/**
 * How the numbers of tasks by type and state change in a transaction: gathered in memory, and
 * written once before its commit.
 */
final class Tally {
  private static final String ADD =
      """
      INSERT INTO task_count (type, state, tasks) VALUES (?, ?, ?)
      ON CONFLICT (type, state) DO UPDATE SET tasks = tasks + excluded.tasks
      """;

  private record Key(String type, TaskState state) {}

  private final Statements sql;
  private final Map<Key, Long> changes = new HashMap<>();

  Tally(Statements sql) {
    this.sql = sql;
  }

  void added(String type, TaskState state) {
    changes.merge(new Key(type, state), 1L, Long::sum);
  }

  void moved(String type, TaskState from, TaskState to) {
    changes.merge(new Key(type, from), -1L, Long::sum);
    added(type, to);
  }

  void removed(String type, TaskState state) {
    changes.merge(new Key(type, state), -1L, Long::sum);
  }

  void write() throws SQLException {
    for (Map.Entry<Key, Long> change : changes.entrySet()) {
      if (change.getValue() != 0) {
        Key key = change.getKey();
        sql.update(ADD, key.type(), key.state().name(), change.getValue());
      }
    }
  }

  /** Forgets the changes: they are committed, or rolled back. */
  void clear() {
    changes.clear();
  }
}
