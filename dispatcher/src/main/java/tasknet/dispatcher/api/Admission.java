package tasknet.dispatcher.api;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.store.Addition;
import tasknet.dispatcher.store.StoreFullException;
import tasknet.dispatcher.task.CallbackHosts;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;

/** Takes tasks in, or refuses what cannot be kept. */
final class Admission {
  private static final Map<String, String> RETRY_SOON = Map.of("Retry-After", "1");

  private final DispatchLoop loop;
  private final long maxWaiting;
  private final int maxPayloadBytes;
  private final CallbackHosts callbacks;
  private volatile boolean closed;

  /**
   * @param maxWaiting how many tasks may wait at the same time
   * @param callbacks who may be told of outcomes
   */
  Admission(DispatchLoop loop, long maxWaiting, int maxPayloadBytes, CallbackHosts callbacks) {
    this.loop = loop;
    this.maxWaiting = maxWaiting;
    this.maxPayloadBytes = maxPayloadBytes;
    this.callbacks = callbacks;
  }

  /** Completes when the task is kept. */
  CompletableFuture<QueuedTask> submit(TaskId id, TaskRequest request) {
    check(request);
    return told(loop.submit(id, request));
  }

  /** The same, unless there is a task of the same key. */
  CompletableFuture<Addition> submitOnce(TaskId id, TaskRequest request, SubmissionKey key) {
    check(request);
    return told(loop.submitOnce(id, request, key));
  }

  /** The same, which says in words of the client that there is no room. */
  static <T> CompletableFuture<T> told(CompletableFuture<T> write) {
    return write.exceptionally(
        failure -> {
          throw refusal(failure);
        });
  }

  /**
   * @throws ProblemException if the task is not taken now
   */
  void check(TaskRequest request) {
    if (closed) {
      throw new ProblemException(
          Problem.of(503, "draining", "Draining", "the dispatcher is stopping and takes no tasks"),
          RETRY_SOON);
    }
    checkContent(request, "");
    if (loop.waitingTasks() >= maxWaiting) {
      throw new ProblemException(
          Problem.of(
              429,
              "queue-full",
              "Queue full",
              "at most " + maxWaiting + " tasks may wait at the same time"),
          RETRY_SOON);
    }
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
    int bytes = request.payload().text().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxPayloadBytes) {
      throw new ProblemException(
          Problem.of(
              413,
              "too-large",
              "Too large",
              "the payload has " + bytes + " bytes; at most " + maxPayloadBytes + " are allowed"));
    }
  }

  /** From now on nothing is taken. */
  void close() {
    closed = true;
  }

  /** Why the store did not keep it. */
  static RuntimeException refusal(Throwable failure) {
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
}
