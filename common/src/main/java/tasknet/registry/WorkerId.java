package tasknet.registry;

import tasknet.task.InvalidValueException;

/**
 * The name of one worker process, unique in the system; also its node name on the wire.
 *
 * @param name 1 to 64 characters: letters, digits, {@code _}, {@code -} and {@code .}
 */
public record WorkerId(String name) implements Comparable<WorkerId> {
  private static final int LONGEST = 64;

  /**
   * @throws InvalidValueException if the name is not one
   */
  public WorkerId {
    if (!isName(name)) {
      throw new InvalidValueException(
          "worker", name, "a name of 1 to 64 letters, digits, '_', '-' or '.'");
    }
  }

  /** Whether a text may be the name of a worker, or of another node on the wire. */
  public static boolean isName(String text) {
    boolean is = !text.isEmpty() && text.length() <= LONGEST;
    for (int index = 0; is && index < text.length(); index++) {
      is = isOfNames(text.charAt(index));
    }
    return is;
  }

  private static boolean isOfNames(char letter) {
    return (letter >= 'a' && letter <= 'z')
        || (letter >= 'A' && letter <= 'Z')
        || (letter >= '0' && letter <= '9')
        || letter == '_'
        || letter == '-'
        || letter == '.';
  }

  @Override
  public int compareTo(WorkerId other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
