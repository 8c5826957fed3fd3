package tasknet.dispatcher.task;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import tasknet.task.AttemptId;
import tasknet.task.CallbackStatus;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;

/**
 * A task that waits, with all that is needed to start its next attempt: QUEUED, or SCHEDULED when
 * it was added with a {@code runAt}.
 *
 * @param queuedAt since when it is QUEUED: since it was created, its time had come, its last
 *     attempt had ended, or a person brought it back
 * @param position its place in the queue: tasks of a type and priority start in ascending order
 * @param attempts how many attempts were begun so far
 * @param failures how many of them failed in a way that counts against {@code maxAttempts}
 * @param inMemory whether the store does not have it; its position is then that of the stored task
 *     that it comes after
 */
public record QueuedTask(
    TaskId id,
    TaskRequest request,
    Instant createdAt,
    Instant queuedAt,
    long position,
    int attempts,
    int failures,
    boolean inMemory) {
  /** One that is in the store. */
  public QueuedTask(
      TaskId id,
      TaskRequest request,
      Instant createdAt,
      Instant queuedAt,
      long position,
      int attempts,
      int failures) {
    this(id, request, createdAt, queuedAt, position, attempts, failures, false);
  }

  /** One that is in the store, and waits since it was created. */
  public QueuedTask(
      TaskId id,
      TaskRequest request,
      Instant createdAt,
      long position,
      int attempts,
      int failures) {
    this(id, request, createdAt, createdAt, position, attempts, failures);
  }

  /** Whether it is in memory only, and not in the log either, as it is not durable. */
  public boolean isNowhereElse() {
    return inMemory && !request.terms().durable();
  }

  /** The attempt that is to be begun next. */
  public AttemptId nextAttempt() {
    return new AttemptId(id, attempts + 1);
  }

  /** How it is shown to people. */
  public TaskStatus status() {
    URI callback = request.terms().callback();
    return new TaskStatus(
        id,
        request.type(),
        isScheduled() ? TaskState.SCHEDULED : TaskState.QUEUED,
        createdAt,
        request.terms().runAt(),
        request.terms().deadline(),
        null,
        request.timeout(),
        request.maxAttempts(),
        request.terms().priority(),
        request.terms().labels().isEmpty() ? null : request.terms().labels().values(),
        request.payload(),
        null,
        null,
        null,
        null,
        request.terms().schedule(),
        callback == null ? null : CallbackStatus.waiting(callback),
        null,
        List.of());
  }

  /** The same task when its attempt has ended and it is QUEUED again, in the store. */
  public QueuedTask after(AttemptEnd end) {
    int failed = failures + (end.counted() ? 1 : 0);
    Instant since = end.at().truncatedTo(ChronoUnit.MICROS); // as the store tells it later
    return new QueuedTask(id, request, createdAt, since, position, attempts + 1, failed);
  }

  /** Whether it was added to wait until its {@code runAt}, and has not been seen in a queue. */
  public boolean isScheduled() {
    return request.terms().runAt() != null;
  }

  /** How long an attempt may run that begins now; not positive when the deadline has passed. */
  public Duration timeLeft(Instant now) {
    Instant deadline = request.terms().deadline();
    Duration left = deadline == null ? request.timeout() : Duration.between(now, deadline);
    return left.compareTo(request.timeout()) < 0 ? left : request.timeout();
  }

  /** Whether it has a deadline, and that is over. */
  public boolean isLate(Instant now) {
    Instant deadline = request.terms().deadline();
    return deadline != null && !now.isBefore(deadline);
  }

  /** The memory that the payload takes, in bytes, roughly. */
  public long size() {
    return 200L + request.payload().text().length();
  }
}
