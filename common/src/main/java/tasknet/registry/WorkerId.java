package tasknet.registry;

import java.util.regex.Pattern;
import tasknet.task.InvalidValueException;

/**
 * The name of one worker process, unique in the system; also its node name on the wire.
 *
 * @param name 1 to 64 characters: letters, digits, {@code _}, {@code -} and {@code .}
 */
public record WorkerId(String name) implements Comparable<WorkerId> {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

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
    return NAME.matcher(text).matches();
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
