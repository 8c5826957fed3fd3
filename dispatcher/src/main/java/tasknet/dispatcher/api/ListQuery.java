package tasknet.dispatcher.api;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.TaskFilter;
import tasknet.task.InvalidValueException;
import tasknet.task.Label;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/**
 * The query of {@code GET /tasks}.
 *
 * @param limit tasks a page, 1 to 1,000; 100 when nothing is said
 */
record ListQuery(TaskFilter filter, int limit) {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  /**
   * @throws InvalidValueException if a parameter has a value that is not allowed
   */
  static ListQuery of(Function<String, List<String>> parameters) {
    Function<String, @Nullable String> parameter =
        name -> parameters.apply(name).stream().findFirst().orElse(null);
    String state = parameter.apply("state");
    String type = parameter.apply("type");
    String cursor = parameter.apply("cursor");
    return new ListQuery(
        new TaskFilter(
            state == null ? null : state(state),
            type == null ? null : new TaskType(type),
            cursor == null ? null : TaskId.parse(cursor),
            parameters.apply("label").stream().map(Label::parse).toList(),
            parameter.apply("schedule")),
        limit(parameter.apply("limit")));
  }

  private static TaskState state(String text) {
    for (TaskState state : TaskState.values()) {
      if (state.name().equals(text.toUpperCase(Locale.ROOT))) {
        return state;
      }
    }
    throw new InvalidValueException(
        "state", text, "one of " + java.util.Arrays.toString(TaskState.values()));
  }

  static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Falls through to the error that names what is allowed.
    }
    throw new InvalidValueException("limit", text, "a whole number from 1 to " + MAX_LIMIT);
  }
}
