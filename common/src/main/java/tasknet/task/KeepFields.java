package tasknet.task;

import org.jspecify.annotations.Nullable;

/** How long tasks are kept after their end, as somebody writes it; what is null has its default. */
public record KeepFields(
    @Nullable Keep completed,
    @Nullable Keep dead,
    @Nullable Keep cancelled,
    @Nullable Keep expired) {
  /** Nothing is said. */
  public static final KeepFields NONE = new KeepFields(null, null, null, null);

  /** What is said of tasks that ended in that state; null also for a state that is no end. */
  public @Nullable Keep of(TaskState state) {
    return switch (state) {
      case COMPLETED -> completed;
      case DEAD -> dead;
      case CANCELLED -> cancelled;
      case EXPIRED -> expired;
      case SCHEDULED, QUEUED, RUNNING -> null;
    };
  }
}
