package tasknet.dispatcher.api;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.QueueFullException;
import tasknet.dispatcher.dispatch.Refusals.Reason;
import tasknet.dispatcher.store.Addition;
import tasknet.dispatcher.store.StoreFullException;
import tasknet.dispatcher.task.CallbackHosts;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;

/** Takes tasks in, or refuses what cannot be kept. */
final class Admission {
  private static final Map<String, String> RETRY_SOON = Map.of("Retry-After", "1");

  private final DispatchLoop loop;
  private final int maxPayloadBytes;
  private final CallbackHosts callbacks;
  private volatile boolean closed;

  /**
   * @param callbacks who may be told of outcomes
   */
  Admission(DispatchLoop loop, int maxPayloadBytes, CallbackHosts callbacks) {
    this.loop = loop;
    this.maxPayloadBytes = maxPayloadBytes;
    this.callbacks = callbacks;
  }

  /**
   * Completes when the task is kept.
   *
   * @throws ProblemException if the task is not taken now
   */
  CompletableFuture<QueuedTask> submit(TaskId id, TaskRequest request) {
    check(request);
    try {
      return told(request, loop.submit(id, request));
    } catch (QueueFullException full) {
      throw refused(request, full);
    }
  }

  /**
   * Submits, unless there is a task of the same key; that is answered also when no task is taken
   * because too many wait.
   *
   * @throws ProblemException if the task is not taken now
   */
  CompletableFuture<Addition> submitOnce(TaskId id, TaskRequest request, SubmissionKey key) {
    check(request);
    try {
      return told(request, loop.submitOnce(id, request, key));
    } catch (QueueFullException full) {
      return loop.known(key).thenApply(known -> known.orElseThrow(() -> refused(request, full)));
    }
  }

  /**
   * @throws ProblemException if no such task is taken, whatever waits
   */
  void check(TaskRequest request) {
    if (closed) {
      refused(request.type(), Reason.DRAINING);
      throw new ProblemException(
          Problem.of(503, "draining", "Draining", "the dispatcher is stopping and takes no tasks"),
          RETRY_SOON);
    }
    checkContent(request, "");
  }

  /**
   * What does not depend on how much there is to do.
   *
   * @param part where the task stands in the document; nothing for all of it
   * @throws ProblemException if the payload is too large
   * @throws InvalidValueException if its callback may not be called
   */
  void checkContent(TaskRequest request, String part) {
    URI callback = request.terms().callback();
    if (callback != null) {
      try {
        callbacks.check(callback);
      } catch (InvalidValueException e) {
        throw part.isEmpty() ? e : e.within(part);
      }
    }
    JsonText payload = request.payload();
    if (!payload.fitsInto(maxPayloadBytes)) {
      refused(request.type(), Reason.TOO_LARGE);
      throw new ProblemException(
          Problem.of(
              413,
              "too-large",
              "Too large",
              "the payload has "
                  + payload.bytes()
                  + " bytes; at most "
                  + maxPayloadBytes
                  + " are allowed"));
    }
  }

  /** From now on nothing is taken. */
  void close() {
    closed = true;
  }

  /** The same, which says in words of the client that there is no room. */
  static <T> CompletableFuture<T> told(CompletableFuture<T> write) {
    return write.exceptionally(
        failure -> {
          throw failure(failure);
        });
  }

  /** What is answered when a write of the store has failed. */
  static RuntimeException failure(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof StoreFullException) {
      return new ProblemException(
          Problem.of(507, "store-full", "No room", "the dispatcher's disk or store is full"),
          RETRY_SOON);
    }
    return cause instanceof RuntimeException runtime ? runtime : new CompletionException(cause);
  }

  private <T> CompletableFuture<T> told(TaskRequest request, CompletableFuture<T> kept) {
    return kept.exceptionally(
        failure -> {
          RuntimeException told = failure(failure);
          if (told instanceof ProblemException) {
            refused(request.type(), Reason.STORE_FULL);
          }
          throw told;
        });
  }

  private ProblemException refused(TaskRequest request, QueueFullException full) {
    QueueFullException.Bound bound = full.bound();
    refused(request.type(), bound.type() == null ? Reason.QUEUE_FULL : Reason.TYPE_FULL);
    String which = bound.type() == null ? "tasks" : "tasks of type " + bound.type();
    Problem problem =
        Problem.of(
                429,
                "queue-full",
                "Queue full",
                "at most %d %s may wait at the same time, and %d do"
                    .formatted(bound.most(), which, bound.waiting()))
            .with("bound", bound.most())
            .with("waiting", bound.waiting());
    return new ProblemException(
        bound.type() == null ? problem : problem.with("taskType", bound.type().name()),
        Map.of("Retry-After", String.valueOf(bound.retryAfter())));
  }

  private void refused(TaskType type, Reason reason) {
    loop.counters().refusals().refused(type, reason);
  }
}
