package tasknet.dispatcher.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.store.DeadLetters.Place;
import tasknet.task.DeadGroup;
import tasknet.task.Fingerprint;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskType;

/**
 * The query of {@code GET /dead}.
 *
 * @param type only of that type; null for all
 * @param before where the page before ended; null for the first one
 * @param limit groups a page, 1 to 1,000; 100 when nothing is said
 */
record DeadQuery(@Nullable TaskType type, @Nullable Place before, int limit) {
  /**
   * @throws InvalidValueException if a parameter has a value that is not allowed
   */
  static DeadQuery of(Function<String, @Nullable String> parameter) {
    String type = parameter.apply("type");
    String cursor = parameter.apply("cursor");
    return new DeadQuery(
        type == null ? null : new TaskType(type),
        cursor == null ? null : place(cursor),
        ListQuery.limit(parameter.apply("limit")));
  }

  /** The {@code cursor} of the page after that group. */
  static String after(DeadGroup group) {
    return group.lastAt() + "_" + group.fingerprint();
  }

  private static Place place(String cursor) {
    String[] parts = cursor.split("_", 2);
    try {
      return new Place(Instant.parse(parts[0]), new Fingerprint(parts.length < 2 ? "" : parts[1]));
    } catch (DateTimeException | InvalidValueException e) {
      throw new InvalidValueException("cursor", cursor, "the 'next' of the page before");
    }
  }
}
