package tasknet.dispatcher.testkit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.RunningTask;
import tasknet.task.AttemptStatus;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;

/** A task of a {@link MemoryTaskStore} with its attempts. */
public final class MemoryTask {
  final TaskId id;
  final TaskRequest request;
  final Instant createdAt;
  final List<Attempt> attempts = new ArrayList<>();
  TaskState state;
  long position;
  int failures;
  Instant queuedAt;
  @Nullable Instant readyAt;
  @Nullable Instant endedAt;
  @Nullable JsonText result;
  @Nullable TaskError error;

  static final class Attempt {
    final AttemptStart start;
    @Nullable Instant endedAt;
    @Nullable TaskError error;
    boolean workerDied;
    @Nullable TaskProgress progress;

    Attempt(AttemptStart start) {
      this.start = start;
    }
  }

  MemoryTask(TaskId id, TaskRequest request, Instant createdAt, long position) {
    this.id = id;
    this.request = request;
    this.createdAt = createdAt.truncatedTo(ChronoUnit.MICROS);
    this.position = position;
    this.queuedAt = this.createdAt;
    this.readyAt = request.terms().runAt();
    this.state = readyAt == null ? TaskState.QUEUED : TaskState.SCHEDULED;
  }

  public TaskId id() {
    return id;
  }

  public TaskRequest request() {
    return request;
  }

  public TaskState state() {
    return state;
  }

  /** How many attempts were begun. */
  public int attempts() {
    return attempts.size();
  }

  /** How the last attempt was begun; null when there was none. */
  public @Nullable AttemptStart lastStart() {
    return attempts.isEmpty() ? null : attempts.getLast().start;
  }

  /** Of a COMPLETED task. */
  public @Nullable JsonText result() {
    return result;
  }

  @Nullable Instant deadline() {
    return request.terms().deadline();
  }

  boolean isLate(Instant at) {
    Instant deadline = deadline();
    return deadline != null && !at.isBefore(deadline);
  }

  void begin(AttemptStart start) {
    state = TaskState.RUNNING;
    attempts.add(new Attempt(start));
  }

  void end(AttemptEnd end) {
    Attempt last = attempts.getLast();
    last.endedAt = end.at().truncatedTo(ChronoUnit.MICROS);
    switch (end.outcome()) {
      case Outcome.Completed(JsonText json) -> {
        result = json;
        error = null;
      }
      case Outcome.Failed(TaskError failure) -> {
        last.error = failure;
        error = failure;
        failures += end.counted() ? 1 : 0;
      }
    }
    state = end.next();
    queuedAt = state == TaskState.QUEUED ? end.at().truncatedTo(ChronoUnit.MICROS) : queuedAt;
    readyAt = end.readyAt();
    endedAt = state.ended() ? last.endedAt : null;
  }

  void cancelRunning(Instant at, TaskError cancelled) {
    attempts.getLast().endedAt = at;
    attempts.getLast().error = cancelled;
    endWaiting(TaskState.CANCELLED, at, cancelled);
  }

  /**
   * @param why null to leave the last error as it is
   */
  void endWaiting(TaskState ended, Instant at, @Nullable TaskError why) {
    state = ended;
    readyAt = null;
    endedAt = at.truncatedTo(ChronoUnit.MICROS);
    error = why == null ? error : why;
  }

  void promote(long newPosition) {
    state = TaskState.QUEUED;
    queuedAt = readyAt == null ? queuedAt : readyAt.truncatedTo(ChronoUnit.MICROS);
    readyAt = null;
    position = newPosition;
  }

  /** As its last event would tell it. */
  TaskEvent event() {
    TaskStatus now = status();
    AttemptStatus last = now.attempts().isEmpty() ? null : now.attempts().getLast();
    return new TaskEvent(
        id,
        request.type(),
        state,
        endedAt == null ? createdAt : endedAt,
        last == null ? null : last.number(),
        last == null ? null : last.worker(),
        now.error(),
        now.labels(),
        now.progress());
  }

  QueuedTask queued() {
    return new QueuedTask(id, request, createdAt, queuedAt, position, attempts.size(), failures);
  }

  RunningTask running() {
    return new RunningTask(
        new QueuedTask(id, request, createdAt, queuedAt, position, attempts.size() - 1, failures),
        attempts.getLast().start);
  }

  TaskStatus status() {
    return new TaskStatus(
        id,
        request.type(),
        state,
        createdAt,
        readyAt,
        deadline(),
        endedAt,
        request.timeout(),
        request.maxAttempts(),
        request.terms().priority(),
        request.terms().labels().isEmpty() ? null : request.terms().labels().values(),
        request.payload(),
        result,
        state == TaskState.COMPLETED ? null : error,
        state == TaskState.DEAD && error != null ? Fingerprint.of(request.type(), error) : null,
        null,
        request.terms().schedule(),
        null,
        state == TaskState.RUNNING ? attempts.getLast().progress : null,
        attempts.stream().map(MemoryTask::status).toList());
  }

  private static AttemptStatus status(Attempt attempt) {
    AttemptStart start = attempt.start;
    return new AttemptStatus(
        start.attempt().number(),
        start.worker().name(),
        start.at(),
        attempt.endedAt,
        attempt.error);
  }
}
