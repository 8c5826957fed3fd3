package tasknet.dispatcher.store;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tasknet.task.Label;
import tasknet.task.Labels;
import tasknet.task.TaskId;

/**
 * How labels are kept: in the task's row as lines of {@code key:value}, to show them, and each in a
 * row of its own, in the order of ids, to find tasks by them.
 */
final class TaskLabels {
  /** Whether a task has a label: key and value are to be bound. */
  static final String HAS =
      "EXISTS (SELECT 1 FROM label WHERE label.key = ? AND label.value = ?"
          + " AND label.task = task.id)";

  private TaskLabels() {}

  static void add(Statements sql, TaskId task, Labels labels) throws SQLException {
    for (Label label : labels.each()) {
      sql.update(
          "INSERT INTO label (key, value, task) VALUES (?, ?, ?)",
          label.key(),
          label.value(),
          Columns.id(task));
    }
  }

  /** Null for none. */
  static @Nullable String text(Labels labels) {
    return labels.isEmpty()
        ? null
        : labels.each().stream().map(Label::toString).collect(Collectors.joining("\n"));
  }

  static Labels read(@Nullable String text) {
    if (text == null) {
      return Labels.NONE;
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      Label label = Label.parse(line);
      values.put(label.key(), label.value());
    }
    return new Labels(values);
  }
}
