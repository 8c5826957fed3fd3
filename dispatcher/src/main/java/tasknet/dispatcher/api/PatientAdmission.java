package tasknet.dispatcher.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import tasknet.dispatcher.store.Addition;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.http.ProblemException;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;

/**
 * Takes in the tasks of one client that sends many. A full queue holds the client back for a while
 * before a task is refused, and so do tasks that are large and not in the store yet, and a memory
 * that is full and soon is not.
 */
final class PatientAdmission {
  /** How long a task waits for room in a queue that is full, before it is refused. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private static final long TRIES = PATIENCE.dividedBy(PAUSE);

  /** How much of the tasks may be in memory that are not in the store yet. */
  private static final int UNKEPT_BYTES = 8 << 20;

  private final Admission admission;
  private final MemoryPatience memory;
  private final LineCounters counters;
  private final BooleanSupplier gone;
  private final Semaphore unkept = new Semaphore(UNKEPT_BYTES);

  /**
   * @param memory that all clients share
   * @param counters told for how long the client was held back
   * @param gone whether nobody waits for an answer any more
   */
  PatientAdmission(
      Admission admission, MemoryPatience memory, LineCounters counters, BooleanSupplier gone) {
    this.admission = admission;
    this.memory = memory;
    this.counters = counters;
    this.gone = gone;
  }

  /** As {@link Admission#submit}. */
  CompletableFuture<QueuedTask> submit(TaskId id, TaskRequest request) throws InterruptedException {
    memory.await(request, counters, gone);
    return patiently(request, () -> admission.submit(id, request));
  }

  /** As {@link Admission#submitOnce}. */
  CompletableFuture<Addition> submitOnce(TaskId id, TaskRequest request, SubmissionKey key)
      throws InterruptedException {
    return patiently(request, () -> admission.submitOnce(id, request, key));
  }

  /** A submission that may be refused. */
  private interface Try<T> {
    CompletableFuture<T> make();
  }

  private <T> CompletableFuture<T> patiently(TaskRequest request, Try<T> submission)
      throws InterruptedException {
    int bytes = Math.min(UNKEPT_BYTES, 1 + request.payload().text().length());
    unkept.acquire(bytes);
    try {
      return admitted(submission).whenComplete((_, _) -> unkept.release(bytes));
    } catch (RuntimeException | InterruptedException e) {
      unkept.release(bytes);
      throw e;
    }
  }

  private <T> CompletableFuture<T> admitted(Try<T> submission) throws InterruptedException {
    long tries = TRIES;
    while (true) {
      try {
        return submission.make();
      } catch (ProblemException e) {
        if (e.problem().status() != 429 || --tries < 0 || gone.getAsBoolean()) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }
}
