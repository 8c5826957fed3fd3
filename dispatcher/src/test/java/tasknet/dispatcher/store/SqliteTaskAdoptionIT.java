package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.testkit.Futures.get;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.dispatcher.task.HeldTask;
import tasknet.task.TaskEvent;

/** Adoption by a store on real files. */
class SqliteTaskAdoptionIT extends TaskAdoptionContract {
  @TempDir Path folder;

  @Override
  TaskStore open(String name) {
    return SqliteStores.open(folder.resolve(name));
  }

  /**
   * Column by column; what the readers do not show may matter to the next version. Only the attempt
   * of a completed task stands elsewhere, so that is compared by the view.
   */
  @Test
  void theRowsAreTheSameAsOfTasksThatCameTheLongWay() throws SQLException {
    List<HeldTask> tasks = allKinds();
    get(store.adopt(tasks));
    try (TaskStore other = open("other")) {
      tasks.forEach(task -> bring(other, task));
    }

    for (String table :
        List.of(
            "task",
            "attempt",
            "every_attempt",
            "label",
            "large_payload",
            "callback",
            "task_count")) {
      String columns =
          SqliteStores.ask(
              folder.resolve("other"),
              "SELECT group_concat('quote(' || name || ')', ' || '','' || ')"
                  + " FROM pragma_table_info('"
                  + table
                  + "') WHERE name NOT IN ('begun_at', 'completed_by')");
      String rows =
          "SELECT group_concat(line, char(10)) FROM (SELECT "
              + columns
              + " AS line FROM "
              + table
              + switch (table) {
                case "task_count" -> " WHERE tasks <> 0";
                case "attempt" -> " WHERE task IN (SELECT id FROM task WHERE state = 'RUNNING')";
                default -> "";
              }
              + " ORDER BY 1)";
      String adopted = SqliteStores.ask(folder.resolve("store"), rows);
      assertThat(adopted).as(table).isNotEmpty();
      assertThat(adopted).as(table).isEqualTo(SqliteStores.ask(folder.resolve("other"), rows));
    }
  }

  @Test
  void onlyAnAttemptThatRunsHasARowOfItsOwn() throws SQLException {
    get(store.adopt(allKinds()));

    String ofStates =
        "SELECT group_concat(DISTINCT state) FROM attempt JOIN task ON task.id = attempt.task";
    assertThat(SqliteStores.ask(folder.resolve("store"), ofStates)).isEqualTo("RUNNING");
  }

  @Test
  void noEventTellsOfIt() {
    List<TaskEvent> told = new ArrayList<>();
    EventSink sink =
        events -> {
          told.addAll(events);
          return 0;
        };
    SqliteTaskStore.Options options =
        new SqliteTaskStore.Options(
            folder.resolve("told"), SqliteTaskStore.Options.DEFAULT_MAX_BYTES);
    try (SqliteTaskStore listened = new SqliteTaskStore(options, sink, SqliteStores.LOG)) {
      listened.start();
      assertThat(get(listened.adopt(allKinds()))).isEqualTo(30);
    }
    assertThat(told).isEmpty();
  }
}
