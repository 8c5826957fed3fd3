package tasknet.task;

/**
 * The name of a kind of task, for instance {@code reverse}: what a worker offers and a task asks
 * for.
 *
 * @param name 1 to 64 characters: a lower-case letter, then lower-case letters, digits, {@code _},
 *     {@code -} and {@code .}
 */
public record TaskType(String name) implements Comparable<TaskType> {
  private static final int LONGEST = 64;

  /**
   * @throws InvalidValueException if the name is not one
   */
  public TaskType {
    if (!isName(name)) {
      throw new InvalidValueException(
          "type",
          name,
          "a name of 1 to 64 characters: a lower-case letter, then a-z, 0-9, '_', '-', '.'");
    }
  }

  /** Not a regular expression, because each message and each request names a type. */
  private static boolean isName(String name) {
    if (name.isEmpty() || name.length() > LONGEST || !isLetter(name.charAt(0))) {
      return false;
    }
    for (int index = 1; index < name.length(); index++) {
      char character = name.charAt(index);
      boolean digit = character >= '0' && character <= '9';
      if (!digit && !isLetter(character) && "_-.".indexOf(character) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char character) {
    return character >= 'a' && character <= 'z';
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
