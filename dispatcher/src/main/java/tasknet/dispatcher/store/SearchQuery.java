package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tasknet.task.Fingerprint;
import tasknet.task.Label;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/**
 * The candidates of a {@link TaskFilter}, newest first, as SQL: columns seq, id, and whether the
 * task fits all but the text.
 *
 * <p>In {@code WHERE} stands only what an index leads to, everything else is a column. So SQLite
 * passes over no row in silence, and whoever reads can stop after any number of rows. Several
 * states have a query each, which SQLite merges in the order of ids.
 *
 * @param values to be bound
 */
record SearchQuery(String sql, List<Object> values) {
  /** So few rows are read and sorted in a blink, so an index in another order will do. */
  private static final long FEW = 5_000;

  /** Not by the view of all attempts: SQLite would make a table of it for each candidate. */
  private static final String BY_WORKER =
      "(task.completed_by = ? OR EXISTS"
          + " (SELECT 1 FROM attempt WHERE attempt.task = task.id AND attempt.worker = ?))";

  /** One way to the candidates: an index, what it needs in {@code WHERE}, and the order. */
  private record Source(String from, String where, List<Object> values, String order) {
    /** All tasks, or those of a type, in the order of ids. */
    static Source inOrder(TaskFilter filter) {
      return filter.type() == null
          ? indexed("task_id", "true", List.of())
          : indexed("task_type", "task.type = ?", List.of(filter.type().name()));
    }

    static Source ofState(TaskState state) {
      String in = "task.state = '" + state + "'";
      return switch (state) {
        case QUEUED -> indexed("task_queued", in, List.of());
        case SCHEDULED -> indexed("task_scheduled", in, List.of());
        case RUNNING -> indexed("task_running", in, List.of());
        // SQLite takes such an index only where its condition stands in the same words.
        case COMPLETED, DEAD, CANCELLED, EXPIRED ->
            indexed("task_ended", in + " AND task.ended_at IS NOT NULL", List.of());
      };
    }

    static Source ofLabel(Label label) {
      return new Source(
          "label AS marked CROSS JOIN task INDEXED BY task_id ON task.id = marked.task",
          "marked.key = ? AND marked.value = ?",
          List.of(label.key(), label.value()),
          "marked.task"); // the same as the id; but SQLite sees only of this that it is sorted
    }

    static Source ofFingerprint(Fingerprint fingerprint) {
      return indexed("task_dead", "task.fingerprint = ?", List.of(fingerprint.text()));
    }

    static Source ofSchedule(String name) {
      return indexed("task_schedule", "task.schedule = ?", List.of(name));
    }

    private static Source indexed(String index, String where, List<Object> values) {
      return new Source("task INDEXED BY " + index, where, values, "task.id");
    }
  }

  static SearchQuery of(Statements sql, TaskFilter filter) throws SQLException {
    StringBuilder query = new StringBuilder();
    List<Object> values = new ArrayList<>();
    for (Source source : sources(sql, filter)) {
      query.append(query.isEmpty() ? "" : " UNION ALL ");
      query.append("SELECT task.seq, ").append(source.order()).append(" AS id, ");
      fits(filter, query, values);
      query.append(" FROM ").append(source.from()).append(" WHERE ").append(source.where());
      values.addAll(source.values());
      range(filter, source.order(), query, values);
    }
    return new SearchQuery(query.append(" ORDER BY 2 DESC").toString(), values);
  }

  private static void fits(TaskFilter filter, StringBuilder query, List<Object> values) {
    List<String> conditions = new ArrayList<>();
    if (!filter.states().isEmpty()) {
      conditions.add("task.state IN (" + quoted(filter.states()) + ")");
    }
    if (filter.type() != null) {
      conditions.add("task.type = ?");
      values.add(filter.type().name());
    }
    for (Label label : filter.labels()) {
      conditions.add(TaskLabels.HAS);
      values.addAll(List.of(label.key(), label.value()));
    }
    if (filter.worker() != null) {
      conditions.add(BY_WORKER);
      values.addAll(List.of(filter.worker().name(), filter.worker().name()));
    }
    if (filter.fingerprint() != null && filter.schedule() != null) {
      conditions.add("task.schedule = ?"); // the candidates are those of the fingerprint
      values.add(filter.schedule());
    }
    query.append(conditions.isEmpty() ? "1" : String.join(" AND ", conditions));
  }

  private static void range(
      TaskFilter filter, String id, StringBuilder query, List<Object> values) {
    TaskId end = filter.endId();
    TaskId start = filter.firstId();
    if (end != null) {
      query.append(" AND ").append(id).append(" < ?");
      values.add(Columns.id(end));
    }
    if (start != null) {
      query.append(" AND ").append(id).append(" >= ?");
      values.add(Columns.id(start));
    }
  }

  /** Those that together have every task that may fit, each once, with few others among them. */
  private static List<Source> sources(Statements sql, TaskFilter filter) throws SQLException {
    if (filter.fingerprint() != null) {
      return List.of(Source.ofFingerprint(filter.fingerprint()));
    }
    if (filter.schedule() != null) {
      return List.of(Source.ofSchedule(filter.schedule()));
    }
    boolean narrowed = filter.type() != null || !filter.states().isEmpty();
    if (!filter.labels().isEmpty() && !(narrowed && count(sql, filter.states(), filter) <= FEW)) {
      return List.of(Source.ofLabel(filter.labels().getFirst()));
    }
    List<Source> ofStates = new ArrayList<>();
    for (TaskState state : EnumSet.allOf(TaskState.class)) {
      if (filter.states().contains(state)) {
        if (!leads(sql, state, filter)) {
          return List.of(Source.inOrder(filter));
        }
        ofStates.add(Source.ofState(state));
      }
    }
    return ofStates.isEmpty() ? List.of(Source.inOrder(filter)) : ofStates;
  }

  /** Whether the index of a state leads to a page with fewer rows read than one in order. */
  private static boolean leads(Statements sql, TaskState state, TaskFilter filter)
      throws SQLException {
    long ofState = count(sql, Set.of(state), null);
    return switch (state) {
      case QUEUED, SCHEDULED -> ofState <= FEW; // they have another order
      case RUNNING, COMPLETED, DEAD, CANCELLED, EXPIRED ->
          filter.type() == null || ofState <= count(sql, Set.of(), filter);
    };
  }

  /** How many tasks there are in these states, none for any; and of the filter's type, if given. */
  private static long count(Statements sql, Set<TaskState> states, @Nullable TaskFilter filter)
      throws SQLException {
    String type = filter == null || filter.type() == null ? null : filter.type().name();
    return sql.first(
            row -> row.number(1),
            "SELECT coalesce(sum(tasks), 0) FROM task_count WHERE (?1 IS NULL OR type = ?1)"
                + (states.isEmpty() ? "" : " AND state IN (" + quoted(states) + ")"),
            type)
        .orElse(0L);
  }

  private static String quoted(Collection<TaskState> states) {
    return states.stream()
        .sorted()
        .map(state -> "'" + state + "'")
        .collect(Collectors.joining(", "));
  }
}
