package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.registry.WorkerId;
import tasknet.task.Label;
import tasknet.task.TaskState;

/** How SQLite answers the queries of searches, in its own words. */
class SearchQueryIT {
  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private Statements sql;

  @BeforeEach
  void open() {
    sql = new SqliteFile(folder).openWriter(Schema.CURRENT);
  }

  @AfterEach
  void close() throws SQLException {
    sql.close();
  }

  @Test
  void noTableIsMadeForACandidate() throws SQLException {
    TaskFilter dead = TaskFilter.ALL.withStates(Set.of(TaskState.DEAD, TaskState.COMPLETED));
    TaskFilter labelled = new TaskFilter(null, Sample.HASH, null, List.of(new Label("a", "b")));
    for (TaskFilter filter : List.of(TaskFilter.ALL, dead, labelled)) {
      assertThat(plan(filter)).isNotEmpty().allMatch(SearchQueryIT::isLookUp);
      TaskFilter ofWorker = filter.withWorker(new WorkerId("worker-1"));
      assertThat(plan(ofWorker)).isNotEmpty().allMatch(SearchQueryIT::isLookUp);
      assertThat(plan(ofWorker.between(Instant.EPOCH, null))).allMatch(SearchQueryIT::isLookUp);
    }
  }

  /** An index that exists leads to each row, in the order in which they are wanted. */
  private static boolean isLookUp(String step) {
    return !step.contains("AUTOMATIC") && !step.contains("CO-ROUTINE") && !step.contains("TEMP");
  }

  private List<String> plan(TaskFilter filter) throws SQLException {
    SearchQuery query = SearchQuery.of(sql, filter);
    return sql.list(
        row -> row.text(4), "EXPLAIN QUERY PLAN " + query.sql(), query.values().toArray());
  }
}
