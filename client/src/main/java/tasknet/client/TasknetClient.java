package tasknet.client;

import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.client.CallOutcome.Completed;
import tasknet.client.CallOutcome.NoAnswer;
import tasknet.client.CallOutcome.NoWorker;
import tasknet.client.CallOutcome.Refused;
import tasknet.http.BulkAnswer;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.registry.WorkerStatusList;
import tasknet.runtime.NanoClock;
import tasknet.task.CallResult;
import tasknet.task.CancelResult;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskPage;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTrace;
import tasknet.task.TaskType;
import tasknet.task.TypeList;
import tools.jackson.core.JacksonException;

/**
 * Hands tasks to one dispatcher. Safe for use by many threads; every call blocks, which suits
 * virtual threads, and {@link #async} makes any of them a future. Every call may throw {@link
 * UnreachableException} when there is no dispatcher and, unless its result says otherwise, {@link
 * ProblemException} when the dispatcher refuses.
 */
public final class TasknetClient implements AutoCloseable {
  /** One long poll; longer waits are made of several, so that no proxy on the way gives up. */
  private static final Duration POLL = Duration.ofSeconds(25);

  /** Between two polls of a dispatcher that answers at once although it was asked to wait. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Longer ones would overflow the nano clock. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(365);

  /**
   * How long the client has patience.
   *
   * @param request for connecting, and for a call that the dispatcher answers at once
   * @param call for {@link TasknetClient#call}, which ends with the task
   */
  public record Timeouts(Duration request, Duration call) {
    /** Ten seconds, and five minutes for the end of a task. */
    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofSeconds(10), Duration.ofMinutes(5));
  }

  private final Calls calls;
  private final Schedules schedules;
  private final Timeouts timeouts;
  private final NanoClock clock;
  private @Nullable TaskStream shared;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** A client with the default timeouts. */
  public TasknetClient(URI dispatcher) {
    this(dispatcher, Timeouts.DEFAULT);
  }

  /**
   * @param dispatcher for instance {@code http://localhost:4000}
   * @throws InvalidValueException if that is not the address of an HTTP server
   */
  public TasknetClient(URI dispatcher, Timeouts timeouts) {
    this(dispatcher, timeouts, NanoClock.SYSTEM);
  }

  TasknetClient(URI dispatcher, Timeouts timeouts, NanoClock clock) {
    this.calls = new Calls(dispatcher, timeouts.request());
    this.schedules = new Schedules(calls);
    this.timeouts = timeouts;
    this.clock = clock;
  }

  /** The dispatcher's address. */
  public URI dispatcher() {
    return calls.dispatcher();
  }

  /** Hands in a task and waits for its end: the short form. Never throws ProblemException. */
  public CallOutcome call(TaskSubmission task) throws InterruptedException {
    try {
      CallResult done =
          calls.send("POST", "/task", task, timeouts.call(), Map.of(), CallResult.class);
      return new Completed(done.id(), done.result());
    } catch (ProblemException e) {
      return outcome(e.problem());
    } catch (UnreachableException e) {
      if (e.getCause() instanceof HttpTimeoutException
          && !(e.getCause() instanceof HttpConnectTimeoutException)) {
        return new NoAnswer(null);
      }
      throw e;
    }
  }

  /**
   * The same without waiting here: over one connection for all such calls, on which any number is
   * under way up to the dispatcher's credit, 10,000. Blocks while it connects, and while there is
   * no credit.
   *
   * @return fails with {@link UnreachableException} when the connection breaks off, and then the
   *     task may go on; the next call connects again. {@link NoWorker} is not told: the task waits
   *     for a worker.
   */
  public CompletableFuture<CallOutcome> callAsync(TaskSubmission task) throws InterruptedException {
    return sharedStream().submit(task);
  }

  /** A connection of one's own for tasks in and results out. To be closed. */
  public TaskStream stream() {
    return TaskStream.open(dispatcher(), timeouts.request());
  }

  private synchronized TaskStream sharedStream() {
    TaskStream open = shared;
    if (open == null || !open.isOpen()) {
      open = stream();
      shared = open;
    }
    return open;
  }

  /** Hands in a task. When this returns, the dispatcher has stored it. */
  public TaskStatus submit(TaskSubmission task) throws InterruptedException {
    return calls.send("POST", "/tasks", task, TaskStatus.class);
  }

  /**
   * Hands in a task once: the same task with the same key, sent again, is the same task. For
   * whoever does not know whether a request arrived.
   *
   * @param key 1 to 255 printable ASCII characters, unlike that of any other task
   */
  public TaskStatus submitOnce(TaskSubmission task, String key) throws InterruptedException {
    Map<String, String> once = Map.of("Idempotency-Key", key);
    return calls.send("POST", "/tasks", task, timeouts.request(), once, TaskStatus.class);
  }

  /**
   * Hands in a task and waits for its end.
   *
   * @return how it stands when it has ended or the wait is over
   */
  public TaskStatus submitAndWait(TaskSubmission task, Duration wait) throws InterruptedException {
    long end = end(wait);
    Duration first = min(wait, POLL);
    Map<String, String> prefer = Map.of("Prefer", "wait=" + Math.max(1, first.toSeconds()));
    Duration patience = timeouts.request().plus(first);
    TaskStatus status = calls.send("POST", "/tasks", task, patience, prefer, TaskStatus.class);
    if (status.state().ended()) {
      return status;
    }
    return await(status.id(), Duration.ofNanos(end - clock.nanoTime())).orElse(status);
  }

  /**
   * Waits for the end of a task.
   *
   * @return how it stands when it has ended or the wait is over; empty if it is not known
   */
  public Optional<TaskStatus> await(TaskId id, Duration wait) throws InterruptedException {
    long end = end(wait);
    while (true) {
      long started = clock.nanoTime();
      Duration left = Duration.ofNanos(Math.max(0, end - started));
      Optional<TaskStatus> status = poll(id, min(left, POLL));
      boolean ended = status.isEmpty() || status.get().state().ended();
      if (ended || clock.nanoTime() - end >= 0) {
        return status;
      }
      if (clock.nanoTime() - started < PAUSE.toNanos()) {
        Thread.sleep(PAUSE);
      }
    }
  }

  /** How a task stands; empty if it is not known. */
  public Optional<TaskStatus> find(TaskId id) throws InterruptedException {
    return poll(id, Duration.ZERO);
  }

  /** What happened on the way of a recent task; empty if the task is not known. */
  public Optional<TaskTrace> trace(TaskId id) throws InterruptedException {
    return calls.ifKnown("GET", "/tasks/" + id + "/trace", timeouts.request(), TaskTrace.class);
  }

  /**
   * One page of tasks, newest first. The dispatcher looks at so many tasks a request; this asks
   * until the page is full or there are no more, which for a rare text takes as long as it takes.
   *
   * @param cursor {@link TaskPage#next()} of the page before; null for the first page
   */
  public TaskPage list(TaskQuery query, @Nullable String cursor) throws InterruptedException {
    List<TaskStatus> tasks = new ArrayList<>();
    String next = cursor;
    while (true) {
      TaskQuery rest = query.withLimit(query.limit() - tasks.size());
      TaskPage page = calls.get(rest.path(next), TaskPage.class);
      tasks.addAll(page.tasks());
      next = page.next();
      if (page.searched() == null || next == null) {
        return new TaskPage(tasks, null, next);
      }
    }
  }

  /** Cancels a task that has not ended. */
  public CancelOutcome cancel(TaskId id) throws InterruptedException {
    try {
      return new CancelOutcome.Cancelled(
          calls.send("DELETE", "/tasks/" + id, null, CancelResult.class));
    } catch (ProblemException e) {
      return switch (e.problem().code()) {
        case "already-ended" -> new CancelOutcome.AlreadyEnded(e.problem().detail());
        case "not-found" -> new CancelOutcome.Unknown();
        default -> throw e;
      };
    }
  }

  /** Brings a DEAD task back into its queue, as it is. */
  public RequeueOutcome requeue(TaskId id) throws InterruptedException {
    return requeueWith(id, null);
  }

  /**
   * Brings a DEAD task back into its queue, with another payload.
   *
   * @param payload as in {@link TaskSubmission#of}
   */
  public RequeueOutcome requeue(TaskId id, @Nullable Object payload) throws InterruptedException {
    JsonText json = payload == null ? JsonText.NULL : Json.textOf(payload);
    return requeueWith(id, Map.of("payload", json));
  }

  private RequeueOutcome requeueWith(TaskId id, @Nullable Object body) throws InterruptedException {
    try {
      return new RequeueOutcome.Requeued(
          calls.send("POST", "/tasks/" + id + "/requeue", body, TaskStatus.class));
    } catch (ProblemException e) {
      return switch (e.problem().code()) {
        case "not-dead" -> new RequeueOutcome.NotDead(e.problem().detail());
        case "not-found" -> new RequeueOutcome.Unknown();
        default -> throw e;
      };
    }
  }

  /** The tasks that are DEAD. */
  public DeadLetters deadLetters() {
    return new DeadLetters(calls);
  }

  /** The schedules, by which the dispatcher makes tasks itself. */
  public Schedules schedules() {
    return schedules;
  }

  /** What happens to tasks, as it happens. */
  public Events events() {
    return new Events(calls);
  }

  /**
   * Hands in any number of tasks in constant memory.
   *
   * @param wait how long each is waited for; null for not at all. What has not ended then is told
   *     of as it stands; the dispatcher waits for at most five minutes.
   * @param answers told of each task when it is kept or, with a wait, when it has ended; of one at
   *     a time, in that order. {@link BulkAnswer#line} is its number, beginning with 1.
   */
  public void bulk(
      Iterator<TaskSubmission> tasks, @Nullable Duration wait, Consumer<BulkAnswer> answers)
      throws InterruptedException {
    bulkLines(new BulkLines(tasks), wait, answers);
  }

  /** The same with tasks as JSON, one a line; a line that is wrong is told of as a problem. */
  public void bulkLines(
      Iterator<String> lines, @Nullable Duration wait, Consumer<BulkAnswer> answers)
      throws InterruptedException {
    new Bulk(calls, wait, timeouts.call(), answers).run(lines);
  }

  private record BulkLines(Iterator<TaskSubmission> tasks) implements Iterator<String> {
    @Override
    public boolean hasNext() {
      return tasks.hasNext();
    }

    @Override
    public String next() {
      return Json.textOf(tasks.next()).text();
    }
  }

  /**
   * Makes any call on a thread of its own: {@code client.async(c -> c.find(id))}. To cancel the
   * future interrupts the call.
   */
  public <T extends @Nullable Object> CompletableFuture<T> async(AsyncCall<T> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Future<?> running =
        threads.submit(
            () -> {
              try {
                answer.complete(call.make(this));
              } catch (Throwable e) { // an error, too, is the caller's to know
                answer.completeExceptionally(e);
              }
            });
    var _ =
        answer.whenComplete(
            (_, _) -> {
              if (answer.isCancelled()) {
                running.cancel(true);
              }
            });
    return answer;
  }

  /** A call to be made later. */
  @FunctionalInterface
  public interface AsyncCall<T extends @Nullable Object> {
    T make(TasknetClient client) throws InterruptedException;
  }

  /** Every type that has a worker or a task. */
  public TypeList types() throws InterruptedException {
    return calls.get("/types", TypeList.class);
  }

  /** One type: how it fares, pausing it, and its limits. */
  public TypeCalls type(TaskType type) {
    return new TypeCalls(calls, type);
  }

  /** The live workers, as the dispatcher sees them. */
  public WorkerStatusList workers() throws InterruptedException {
    return calls.get("/workers", WorkerStatusList.class);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    synchronized (this) {
      if (shared != null) {
        shared.close();
      }
    }
    calls.close();
  }

  private long end(Duration wait) {
    return clock.nanoTime() + min(wait, LONGEST_WAIT).toNanos();
  }

  private Optional<TaskStatus> poll(TaskId id, Duration wait) throws InterruptedException {
    String path = "/tasks/" + id + (wait.isPositive() ? "?wait=" + wait.toMillis() + "ms" : "");
    Duration patience = timeouts.request().plus(wait);
    return calls.ifKnown("GET", path, patience, TaskStatus.class);
  }

  private static CallOutcome outcome(Problem problem) {
    return switch (problem.code()) {
      case "no-worker" -> new NoWorker(problem.detail());
      case "no-answer" -> new NoAnswer(extension(problem, "id", TaskId.class));
      case "task-failed" -> {
        TaskId id = extension(problem, "id", TaskId.class);
        TaskError error = extension(problem, "error", TaskError.class);
        yield id == null || error == null
            ? new Refused(problem)
            : new CallOutcome.Failed(id, error);
      }
      default -> new Refused(problem);
    };
  }

  private static <T> @Nullable T extension(Problem problem, String name, Class<T> type) {
    try {
      return Json.mapper().convertValue(problem.extensions().get(name), type);
    } catch (JacksonException | InvalidValueException e) {
      return null;
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
