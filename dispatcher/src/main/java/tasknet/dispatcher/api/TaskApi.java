package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.TaskEnd;
import tasknet.dispatcher.store.Addition;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.Found;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.http.RequestSpans;
import tasknet.task.CallResult;
import tasknet.task.CancelResult;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskPage;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;

/** Submitting tasks, asking for them, and cancelling them. No thread waits for a task. */
final class TaskApi {
  private final DispatchLoop loop;
  private final TaskStore store;
  private final Admission admission;
  private final TaskIds ids;
  private final TypeRules rules;
  private final Duration callTimeout;
  private final IdempotencyKeys keys;
  private final BulkApi bulk;
  private final RequestSpans spans;
  private final InstantSource clock;
  private final Executor executor;

  /**
   * @param callTimeout how long {@code POST /task} waits for the result
   * @param executor where answers are made
   */
  TaskApi(
      DispatchLoop loop,
      TaskStore store,
      Admission admission,
      TaskIds ids,
      TypeRules rules,
      Duration callTimeout,
      IdempotencyKeys keys,
      BulkApi bulk,
      RequestSpans spans,
      InstantSource clock,
      Executor executor) {
    this.loop = loop;
    this.store = store;
    this.admission = admission;
    this.ids = ids;
    this.rules = rules;
    this.callTimeout = callTimeout;
    this.keys = keys;
    this.bulk = bulk;
    this.spans = spans;
    this.clock = clock;
    this.executor = executor;
  }

  void routes(RoutesConfig routes) {
    routes.post(
        "/task",
        context ->
            context.future(
                () -> spans.around(context, "POST /task", trace -> call(context, trace))));
    routes.post(
        "/tasks",
        context -> {
          if (BulkApi.isBulk(context)) {
            spans.during(context, "POST /tasks", trace -> bulk.submit(context, trace));
          } else {
            context.future(
                () -> spans.around(context, "POST /tasks", trace -> submit(context, trace)));
          }
        });
    routes.get("/tasks", this::list);
    routes.get("/tasks/{id}", context -> context.future(() -> find(context)));
    routes.get("/tasks/{id}/trace", context -> context.future(() -> trace(context)));
    routes.delete("/tasks/{id}", context -> context.future(() -> cancel(context)));
  }

  private CompletableFuture<?> call(Context context, @Nullable TraceContext trace) {
    TaskRequest request = read(context, trace);
    admission.check(request);
    boolean live = loop.liveTypes().contains(request.type());
    SubmissionKey key = key(context);
    if (key != null) {
      CompletableFuture<Optional<Addition>> known =
          live ? CompletableFuture.completedFuture(Optional.empty()) : loop.known(key);
      return known
          .thenComposeAsync(
              before -> {
                if (!live && before.isEmpty()) {
                  throw noWorker(request.type());
                }
                return once(context, request, key, callTimeout);
              },
              executor)
          .thenAcceptAsync(task -> context.json(result(task.id(), end(task))), executor);
    }
    if (!live) {
      throw noWorker(request.type());
    }
    TaskId id = ids.next();
    CompletableFuture<@Nullable TaskEnd> ended = loop.waiters().await(id, callTimeout);
    return submit(id, request, ended)
        .thenCompose(_ -> ended)
        .thenAcceptAsync(end -> context.json(result(id, end)), executor);
  }

  private static ProblemException noWorker(TaskType type) {
    String detail = "there is no live worker of type " + type;
    return new ProblemException(Problem.of(404, "no-worker", "No worker", detail));
  }

  private CallResult result(TaskId id, @Nullable TaskEnd end) {
    if (end == null) {
      throw new ProblemException(
          Problem.of(
                  504,
                  "no-answer",
                  "No answer in time",
                  "the task goes on; ask for it with GET /tasks/" + id)
              .with("id", id));
    }
    return switch (end.outcome()) {
      case Outcome.Completed(var result) -> new CallResult(id, result);
      case Outcome.Failed(TaskError error) -> throw failed(id, end.state(), error);
      case null -> {
        String message = "the task was " + end.state().name().toLowerCase(java.util.Locale.ROOT);
        throw failed(id, end.state(), new TaskError(TaskError.CANCELLED, message, false));
      }
    };
  }

  private static ProblemException failed(TaskId id, TaskState state, TaskError error) {
    return new ProblemException(
        Problem.of(422, "task-failed", "The task failed", error.message())
            .with("id", id)
            .with("state", state)
            .with("error", error));
  }

  private TaskRequest read(Context context, @Nullable TraceContext trace) {
    return Submission.read(context.bodyAsBytes(), rules, clock.instant(), trace);
  }

  private CompletableFuture<?> submit(Context context, @Nullable TraceContext trace) {
    TaskRequest request = read(context, trace);
    Duration wait = Waits.preferred(context.header("Prefer"));
    SubmissionKey key = key(context);
    if (key != null) {
      return once(context, request, key, wait)
          .thenAcceptAsync(task -> answer(context, task), executor);
    }
    TaskId id = ids.next();
    if (wait.isZero()) {
      CompletableFuture<QueuedTask> kept = admission.submit(id, request);
      Consumer<QueuedTask> told = task -> answer(context, status(task));
      // Whoever commits must not be held up; there is no such when it was not written.
      return kept.isDone() ? kept.thenAccept(told) : kept.thenAcceptAsync(told, executor);
    }
    CompletableFuture<@Nullable TaskEnd> ended = loop.waiters().await(id, wait);
    return submit(id, request, ended)
        .thenCombine(ended, (task, end) -> end == null ? status(task) : null)
        .thenAcceptAsync(
            unended -> answer(context, unended == null ? existing(id) : unended), executor);
  }

  private static void answer(Context context, TaskStatus status) {
    context.header("Location", "/tasks/" + status.id());
    context.status(status.state().ended() ? 200 : 202).json(status);
  }

  /** Nobody waits for a task that is refused. */
  private CompletableFuture<QueuedTask> submit(
      TaskId id, TaskRequest request, CompletableFuture<@Nullable TaskEnd> ended) {
    try {
      return admission
          .submit(id, request)
          .whenComplete(
              (_, refusal) -> {
                if (refusal != null) {
                  ended.complete(null);
                }
              });
    } catch (RuntimeException refusal) {
      ended.complete(null);
      throw refusal;
    }
  }

  // ---- once ------------------------------------------------------------------------------------

  private @Nullable SubmissionKey key(Context context) {
    String header = context.header("Idempotency-Key");
    return keys.of(header, context.bodyAsBytes(), clock.instant());
  }

  /** The task of that key, new or not, when it has ended or the wait is over. */
  private CompletableFuture<TaskStatus> once(
      Context context, TaskRequest request, SubmissionKey key, Duration wait) {
    return admission
        .submitOnce(ids.next(), request, key)
        .thenComposeAsync(
            addition -> {
              Keyed task = Keyed.of(addition, key, store);
              if (task.repeated()) {
                context.header("Idempotent-Replayed", "true");
              }
              return awaited(task.id(), wait);
            },
            executor);
  }

  private static @Nullable TaskEnd end(TaskStatus task) {
    TaskError error = task.error();
    return switch (task.state()) {
      case SCHEDULED, QUEUED, RUNNING -> null;
      case COMPLETED ->
          new TaskEnd(
              task.state(),
              new Outcome.Completed(task.result() == null ? JsonText.NULL : task.result()));
      case DEAD, CANCELLED, EXPIRED ->
          new TaskEnd(task.state(), error == null ? null : new Outcome.Failed(error));
    };
  }

  // ---- look ------------------------------------------------------------------------------------

  private CompletableFuture<?> find(Context context) {
    TaskId id = TaskId.parse(context.pathParam("id"));
    Duration wait = Waits.queried(context.queryParam("wait"));
    return awaited(id, wait).thenAcceptAsync(context::json, executor);
  }

  /** The task, when it has ended or the wait is over. */
  private CompletableFuture<TaskStatus> awaited(TaskId id, Duration wait) {
    TaskStatus now = existing(id);
    if (!now.state().ended() && !wait.isZero()) {
      CompletableFuture<@Nullable TaskEnd> ended = loop.waiters().await(id, wait);
      // Looked up again now that somebody waits, so that an end in between is not missed.
      now = existing(id);
      if (!now.state().ended()) {
        return ended.thenApplyAsync(_ -> existing(id), executor);
      }
      ended.complete(null);
    }
    return CompletableFuture.completedFuture(now);
  }

  private CompletableFuture<?> trace(Context context) {
    TaskId id = existing(TaskId.parse(context.pathParam("id"))).id();
    return loop.trace(id).thenAcceptAsync(context::json, executor);
  }

  private void list(Context context) {
    ListQuery query = ListQuery.of(context::queryParams, clock.instant());
    context.json(page(query));
  }

  private TaskPage page(ListQuery query) {
    Found found = store.search(query.filter(), query.limit());
    TaskId next = found.next();
    boolean early = next != null && found.tasks().size() < query.limit();
    return new TaskPage(
        found.tasks().stream().map(this::explained).toList(),
        early ? found.looked() : null,
        next == null ? null : next.toString());
  }

  private CompletableFuture<?> cancel(Context context) {
    TaskId id = TaskId.parse(context.pathParam("id"));
    return loop.cancel(id)
        .thenAcceptAsync(
            cancellation ->
                context.json(new CancelResult(id, TaskState.CANCELLED, was(id, cancellation))),
            executor);
  }

  private static TaskState was(TaskId id, Cancellation cancellation) {
    return switch (cancellation) {
      case Cancellation.NotFound _ -> throw notFound(id);
      case Cancellation.AlreadyEnded(TaskState state) ->
          throw new ProblemException(
              Problem.of(
                      409,
                      "already-ended",
                      "Already ended",
                      "task " + id + " is " + state + " already")
                  .with("state", state));
      case Cancellation.WhileWaiting(TaskState was, _, _) -> was;
      case Cancellation.WhileRunning _ -> TaskState.RUNNING;
    };
  }

  /**
   * The task as it is shown.
   *
   * @throws ProblemException if there is none
   */
  TaskStatus existing(TaskId id) {
    return store.find(id).map(this::explained).orElseThrow(() -> notFound(id));
  }

  private TaskStatus status(QueuedTask task) {
    return explained(task.status());
  }

  /** Says what a queued task lacks. */
  private TaskStatus explained(TaskStatus status) {
    String lack = status.state() == TaskState.QUEUED ? loop.lack(status.type()) : null;
    return lack == null ? status : status.waitingFor(lack);
  }

  static ProblemException notFound(TaskId id) {
    return new ProblemException(Problem.notFound("there is no task " + id));
  }
}
