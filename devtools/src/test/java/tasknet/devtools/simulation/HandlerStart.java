package tasknet.devtools.simulation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.TaskType;

/** A handler that was started, and what became of it. */
final class HandlerStart {
  final AttemptId attempt;
  final TaskType type;
  final String worker;
  final Instant byDispatchersClock;

  /** Its worker was stopped while the message lay in its socket. */
  final boolean heldUp;

  /** Nobody waits for it any more, it is told; or its process has ended. */
  boolean stopped;

  boolean over;

  /** What it answered; null while it runs, and when it failed. */
  @Nullable JsonText result;

  HandlerStart(
      AttemptId attempt, TaskType type, String worker, Instant byDispatchersClock, boolean heldUp) {
    this.attempt = attempt;
    this.type = type;
    this.worker = worker;
    this.byDispatchersClock = byDispatchersClock;
    this.heldUp = heldUp;
  }

  boolean runs() {
    return !over && !stopped;
  }

  @Override
  public String toString() {
    return attempt.task() + "/" + attempt.number() + " at " + worker;
  }
}
