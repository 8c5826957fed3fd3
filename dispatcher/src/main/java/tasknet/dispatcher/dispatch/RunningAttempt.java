package tasknet.dispatcher.dispatch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.task.AttemptId;
import tasknet.task.TaskProgress;
import tasknet.task.TraceContext;
import tasknet.wire.Exchange;

/** An attempt that a worker has, or is about to get. */
final class RunningAttempt {
  /** How far it is. */
  enum Phase {
    /** Its begin is being committed. */
    STARTING,
    /** It was sent, and nothing was heard of it. */
    SENT,
    /** The worker has it. */
    ACCEPTED,
    /** It ended; that is being committed. */
    ENDING,
    /** Its task was cancelled; the worker has not confirmed that it stopped. */
    CANCELLING
  }

  final QueuedTask task;
  final AttemptId id;
  final KnownWorker worker;
  final long workerEpoch;

  /** When it was begun; the store keeps the microseconds. */
  final Instant begunAt;

  /** Where in a distributed trace it belongs; null for none. */
  final @Nullable TraceContext trace;

  /**
   * Whether a worker that does not know it has certainly not run it: it was begun by the process
   * before this one, which may not have sent it, and so lately that the worker would remember.
   */
  final boolean maybeUnsent;

  /** After this it is lost, whatever the worker says; on the nano clock. */
  final long leaseEnd;

  private Phase phase;

  /** What its worker was asked last about it, answered or not; null for nothing. */
  @Nullable Exchange request;

  /** Whether it is among those of its worker, for {@link KnownWorker}. */
  boolean isAtWorker;

  long heardAt;
  long probedAt;

  /** What the worker said last of how far it is, until that is kept; null for nothing. */
  @Nullable TaskProgress progress;

  /** The datagram in which it said so. */
  long progressSequence = -1;

  /** When something of that was kept, until a second has passed; on the nano clock. */
  @Nullable Long progressKeptAt;

  RunningAttempt(
      QueuedTask task,
      KnownWorker worker,
      long workerEpoch,
      Instant begunAt,
      @Nullable TraceContext trace,
      Phase phase,
      boolean maybeUnsent,
      long leaseEnd,
      long now) {
    this.task = task;
    this.id = task.nextAttempt();
    this.worker = worker;
    this.workerEpoch = workerEpoch;
    this.begunAt = begunAt;
    this.trace = trace;
    this.maybeUnsent = maybeUnsent;
    this.phase = phase;
    this.leaseEnd = leaseEnd;
    this.heardAt = now;
    this.probedAt = now;
  }

  Phase phase() {
    return phase;
  }

  void become(Phase next) {
    worker.phaseChanges(this);
    phase = next;
  }

  /** Whether the worker's word on it still matters. */
  boolean isOpen() {
    return phase == Phase.SENT || phase == Phase.ACCEPTED;
  }

  /**
   * Whether its worker's process has ended with it, as far as can be known. A worker that took its
   * leave was ended by somebody.
   */
  boolean endedWithItsWorker(Loss loss) {
    return switch (loss) {
      case SILENCE, DEATH, RESTART -> workerEpoch > worker.leftEpoch;
      case FORGOTTEN, LEASE -> false;
    };
  }

  /** As it stands in log lines. */
  @Override
  public String toString() {
    return "task="
        + id.task()
        + " attempt="
        + id.number()
        + " worker="
        + worker.id
        + TraceContext.inLog(trace);
  }
}
