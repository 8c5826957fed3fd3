package tasknet.dispatcher.unstored;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.AttemptStatus;
import tasknet.task.JsonText;
import tasknet.task.Labels;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;

/**
 * A task that is in memory only: QUEUED, or RUNNING its first attempt, or COMPLETED by that. To be
 * used by whoever holds its lock.
 */
final class UnstoredTask {
  /** Roughly what one takes beside its payload and result, in bytes. */
  private static final long OVERHEAD = 600;

  final QueuedTask task;

  /** Of the task, and its size: so that it is forgotten without a look at what it consists of. */
  final TaskId id;

  /** The memory that it takes, in bytes, roughly. */
  final long size;

  private @Nullable AttemptStart start;
  private @Nullable Instant endedAt;
  private @Nullable JsonText result;

  /** Set while the store takes it over. */
  @Nullable CompletableFuture<Integer> adoption;

  UnstoredTask(QueuedTask task) {
    this.task = task;
    this.id = task.id();
    this.size = size(task.request().payload());
  }

  TaskState state() {
    if (start == null) {
      return TaskState.QUEUED;
    }
    return endedAt == null ? TaskState.RUNNING : TaskState.COMPLETED;
  }

  /** Its attempt; null when that has not begun. */
  @Nullable AttemptStart start() {
    return start;
  }

  void begin(AttemptStart attempt) {
    start = attempt;
  }

  void complete(Instant at, JsonText value) {
    endedAt = at.truncatedTo(ChronoUnit.MICROS); // as the store tells it
    result = value;
  }

  /** The memory that it takes, in bytes, roughly. */
  static long size(JsonText payload) {
    return OVERHEAD + payload.text().length();
  }

  /** How it is shown to people. */
  TaskStatus status() {
    TaskStatus queued = task.status();
    return new TaskStatus(
        queued.id(),
        queued.type(),
        state(),
        queued.createdAt(),
        null,
        null,
        endedAt,
        queued.timeout(),
        queued.maxAttempts(),
        queued.priority(),
        queued.labels(),
        queued.payload(),
        result,
        null,
        null,
        null,
        null,
        null,
        null,
        start == null
            ? List.of()
            : List.of(
                new AttemptStatus(
                    start.attempt().number(),
                    start.worker().name(),
                    start.at().truncatedTo(ChronoUnit.MICROS),
                    endedAt,
                    null)));
  }

  /** What an event tells of it. */
  TaskEvent event() {
    Instant at = task.createdAt();
    if (start != null) {
      at = endedAt == null ? start.at().truncatedTo(ChronoUnit.MICROS) : endedAt;
    }
    Labels labels = task.request().terms().labels();
    return new TaskEvent(
        task.id(),
        task.request().type(),
        state(),
        at,
        start == null ? null : start.attempt().number(),
        start == null ? null : start.worker().name(),
        null,
        labels.isEmpty() ? null : labels.values(),
        null);
  }
}
