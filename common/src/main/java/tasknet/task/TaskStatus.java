package tasknet.task;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one task as it is shown to people: the document of {@code GET /tasks/{id}}.
 *
 * @param priority 0 to 9, where 9 is the most urgent
 * @param labels what it is marked with; null for nothing
 * @param payload null in listings when it is long
 * @param nextAttemptAt when a SCHEDULED task becomes ready; null in other states
 * @param deadline when it EXPIRES unless it has ended; null for never
 * @param endedAt null until the task has ended
 * @param result null unless COMPLETED, and in listings when it is long
 * @param error the last error; null if there was none, and when COMPLETED
 * @param fingerprint what it has in common with others that are DEAD; null in other states
 * @param waitingFor what a QUEUED task lacks, for instance {@code "a live worker of type hash"};
 *     null when nothing is missing but its turn
 * @param schedule what made it; null for a client
 * @param callback how the call with its outcome fares; null when there is none, and in listings
 * @param progress how far a RUNNING task is; null when its handler has said nothing, and in
 *     listings
 * @param attempts oldest first; empty in listings
 */
public record TaskStatus(
    TaskId id,
    TaskType type,
    TaskState state,
    Instant createdAt,
    @Nullable Instant nextAttemptAt,
    @Nullable Instant deadline,
    @Nullable Instant endedAt,
    Duration timeout,
    int maxAttempts,
    int priority,
    @Nullable Map<String, String> labels,
    @Nullable JsonText payload,
    @Nullable JsonText result,
    @Nullable TaskError error,
    @Nullable Fingerprint fingerprint,
    @Nullable String waitingFor,
    @Nullable ScheduledTick schedule,
    @Nullable CallbackStatus callback,
    @Nullable TaskProgress progress,
    List<AttemptStatus> attempts) {
  /** The same task, as far as that. */
  public TaskStatus withProgress(@Nullable TaskProgress reached) {
    return copy(waitingFor, reached);
  }

  /** The same task, with a word on what it lacks. */
  public TaskStatus waitingFor(String lack) {
    return copy(lack, progress);
  }

  private TaskStatus copy(@Nullable String lack, @Nullable TaskProgress reached) {
    return new TaskStatus(
        id,
        type,
        state,
        createdAt,
        nextAttemptAt,
        deadline,
        endedAt,
        timeout,
        maxAttempts,
        priority,
        labels,
        payload,
        result,
        error,
        fingerprint,
        lack,
        schedule,
        callback,
        reached,
        attempts);
  }
}
