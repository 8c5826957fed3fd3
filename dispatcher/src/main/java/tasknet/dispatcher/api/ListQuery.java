package tasknet.dispatcher.api;

import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.TaskFilter;
import tasknet.registry.WorkerId;
import tasknet.task.InvalidValueException;
import tasknet.task.Label;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.task.When;

/**
 * The query of {@code GET /tasks}.
 *
 * @param limit tasks a page, 1 to 1,000; 100 when nothing is said
 */
record ListQuery(TaskFilter filter, int limit) {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;
  private static final int MAX_TEXT = 256;

  /**
   * @param now before which {@code from} and {@code to} lie when they are given as durations
   * @throws InvalidValueException if a parameter has a value that is not allowed
   */
  static ListQuery of(Function<String, List<String>> parameters, Instant now) {
    Function<String, @Nullable String> parameter =
        name -> parameters.apply(name).stream().findFirst().orElse(null);
    String type = parameter.apply("type");
    String worker = parameter.apply("worker");
    String cursor = parameter.apply("cursor");
    Instant from = instant("from", parameter.apply("from"), now);
    Instant to = instant("to", parameter.apply("to"), now);
    if (from != null && to != null && !from.isBefore(to)) {
      throw new InvalidValueException("to", to, "later than 'from', which is " + from);
    }
    return new ListQuery(
        new TaskFilter(
            states(parameters.apply("state")),
            type == null ? null : new TaskType(type),
            parameters.apply("label").stream().map(Label::parse).toList(),
            worker == null ? null : new WorkerId(worker),
            text(parameter.apply("text")),
            from,
            to,
            cursor == null ? null : cursor(cursor)),
        limit(parameter.apply("limit")));
  }

  private static Set<TaskState> states(List<String> texts) {
    Set<TaskState> states = EnumSet.noneOf(TaskState.class);
    texts.forEach(text -> states.add(state(text)));
    return states;
  }

  private static TaskState state(String text) {
    for (TaskState state : TaskState.values()) {
      if (state.name().equals(text.toUpperCase(Locale.ROOT))) {
        return state;
      }
    }
    throw new InvalidValueException("state", text, "one of " + Arrays.toString(TaskState.values()));
  }

  private static @Nullable String text(@Nullable String text) {
    if (text != null && (text.isBlank() || text.length() > MAX_TEXT)) {
      throw new InvalidValueException(
          "text", text, "1 to " + MAX_TEXT + " characters, not only spaces");
    }
    return text;
  }

  private static @Nullable Instant instant(String field, @Nullable String text, Instant now) {
    if (text == null) {
      return null;
    }
    try {
      // A plus that was not escaped arrives as a space.
      return When.parse(text.replace(' ', '+')).before(now, field);
    } catch (InvalidValueException e) {
      throw e;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InvalidValueException(field, text, When.ALLOWED_AGO);
    }
  }

  private static TaskId cursor(String text) {
    try {
      return TaskId.parse(text);
    } catch (InvalidValueException e) {
      throw new InvalidValueException("cursor", text, "the 'next' of the page before");
    }
  }

  private static int limit(@Nullable String text) {
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
