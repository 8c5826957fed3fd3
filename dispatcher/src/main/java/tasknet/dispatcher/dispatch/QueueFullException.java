package tasknet.dispatcher.dispatch;

import org.jspecify.annotations.Nullable;
import tasknet.task.TaskType;

/** As many tasks wait as may. Nothing was kept. */
public final class QueueFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Bound bound;

  /**
   * The bound that was reached.
   *
   * @param type whose bound it is; null for that of all types together
   * @param most how many may wait
   * @param waiting how many do
   * @param retryAfter seconds until there may be a place; 1 to 300
   */
  public record Bound(@Nullable TaskType type, long most, long waiting, int retryAfter) {}

  QueueFullException(Bound bound) {
    super(bound.toString(), null, false, false); // nobody asks where it comes from
    this.bound = bound;
  }

  public Bound bound() {
    return bound;
  }
}
