package tasknet.task;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a client marks a task with: up to 16 {@link Label}s, sorted by key.
 *
 * @param values by key
 */
public record Labels(Map<String, String> values) {
  private static final int MOST = 16;

  /** No marks. */
  public static final Labels NONE = new Labels(Map.of());

  /**
   * @throws InvalidValueException if there are too many, or one is not allowed
   */
  public Labels {
    if (values.size() > MOST) {
      throw new InvalidValueException("labels", values.size() + " labels", "at most 16 labels");
    }
    values.forEach(Label::new);
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Each of them. */
  public List<Label> each() {
    return values.isEmpty()
        ? List.of() // most tasks have none
        : values.entrySet().stream()
            .map(entry -> new Label(entry.getKey(), entry.getValue()))
            .toList();
  }
}
