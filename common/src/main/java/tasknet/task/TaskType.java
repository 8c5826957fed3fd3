package tasknet.task;

import org.jspecify.annotations.Nullable;

/**
 * The name of a kind of task, for instance {@code reverse}: what a worker offers and a task asks
 * for.
 *
 * @param name 1 to 64 characters: a lower-case letter, then lower-case letters, digits, {@code _},
 *     {@code -} and {@code .}
 */
public record TaskType(String name) implements Comparable<TaskType> {
  private static final int LONGEST = 64;
  private static final int RECENT = 256;

  /** Some that were met lately, by the hash of their names. */
  private static final @Nullable TaskType[] BY_HASH = new @Nullable TaskType[RECENT];

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

  /**
   * The same as a new one, but mostly one that was met before, which is found faster in maps.
   *
   * @throws InvalidValueException if the name is not one
   */
  public static TaskType of(String name) {
    int place = name.hashCode() & RECENT - 1;
    TaskType recent = BY_HASH[place];
    if (recent != null && recent.name.equals(name)) {
      return recent;
    }
    TaskType type = new TaskType(name);
    BY_HASH[place] = type;
    return type;
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
