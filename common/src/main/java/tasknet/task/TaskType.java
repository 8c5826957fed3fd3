package tasknet.task;

import java.util.regex.Pattern;

/**
 * The name of a kind of task, for instance {@code reverse}: what a worker offers and a task asks
 * for.
 *
 * @param name 1 to 64 characters: a lower-case letter, then lower-case letters, digits, {@code _},
 *     {@code -} and {@code .}
 */
public record TaskType(String name) implements Comparable<TaskType> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,63}");

  /**
   * @throws InvalidValueException if the name is not one
   */
  public TaskType {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidValueException(
          "type",
          name,
          "a name of 1 to 64 characters: a lower-case letter, then a-z, 0-9, '_', '-', '.'");
    }
  }

  @Override
  public int compareTo(TaskType other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
