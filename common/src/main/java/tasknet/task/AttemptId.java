package tasknet.task;

import org.jspecify.annotations.Nullable;

/**
 * One try of a task. The number is the fencing token: a result counts only while its attempt is the
 * one that the task is running.
 *
 * @param number 1 for the first try
 */
public record AttemptId(TaskId task, int number) {
  /**
   * @throws InvalidValueException if the number is less than 1
   */
  public AttemptId {
    if (number < 1) {
      throw new InvalidValueException("attempt", number, "a whole number of at least 1");
    }
  }

  /** Written out, as the next one is, because a record's own is slower and this one is hot. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AttemptId id && number == id.number && task.equals(id.task);
  }

  @Override
  public int hashCode() {
    return 31 * task.hashCode() + number;
  }

  @Override
  public String toString() {
    return task + "#" + number;
  }
}
