package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.TaskEnd;
import tasknet.dispatcher.store.Cancellation;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.CallResult;
import tasknet.task.CancelResult;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskPage;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;

/** Submitting tasks, asking for them, and cancelling them. No thread waits for a task. */
final class TaskApi {
  private final DispatchLoop loop;
  private final TaskStore store;
  private final Admission admission;
  private final TaskIds ids;
  private final TypeRules rules;
  private final Duration callTimeout;
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
      Executor executor) {
    this.loop = loop;
    this.store = store;
    this.admission = admission;
    this.ids = ids;
    this.rules = rules;
    this.callTimeout = callTimeout;
    this.executor = executor;
  }

  void routes(RoutesConfig routes) {
    routes.post("/task", context -> context.future(() -> call(context)));
    routes.post("/tasks", context -> context.future(() -> submit(context)));
    routes.get("/tasks", this::list);
    routes.get("/tasks/{id}", context -> context.future(() -> find(context)));
    routes.delete("/tasks/{id}", context -> context.future(() -> cancel(context)));
  }

  private CompletableFuture<?> call(Context context) {
    TaskRequest request = Submission.read(context.bodyAsBytes(), rules);
    admission.check(request);
    if (!loop.liveTypes().contains(request.type())) {
      String detail = "there is no live worker of type " + request.type();
      throw new ProblemException(Problem.of(404, "no-worker", "No worker", detail));
    }
    TaskId id = ids.next();
    CompletableFuture<@Nullable TaskEnd> ended = loop.waiters().await(id, callTimeout);
    return submit(id, request, ended)
        .thenCompose(_ -> ended)
        .thenAcceptAsync(end -> context.json(result(id, end)), executor);
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

  private CompletableFuture<?> submit(Context context) {
    TaskRequest request = Submission.read(context.bodyAsBytes(), rules);
    Duration wait = Waits.preferred(context.header("Prefer"));
    TaskId id = ids.next();
    if (wait.isZero() && !rules.of(request.type()).durable()) {
      admission.check(request);
      answer(context, status(loop.submitUnconfirmed(id, request)));
      return CompletableFuture.completedFuture(null);
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

  private CompletableFuture<?> find(Context context) {
    TaskId id = TaskId.parse(context.pathParam("id"));
    Duration wait = Waits.queried(context.queryParam("wait"));
    TaskStatus now = existing(id);
    if (!now.state().ended() && !wait.isZero()) {
      CompletableFuture<@Nullable TaskEnd> ended = loop.waiters().await(id, wait);
      // Looked up again now that somebody waits, so that an end in between is not missed.
      now = existing(id);
      if (!now.state().ended()) {
        return ended.thenAcceptAsync(_ -> context.json(existing(id)), executor);
      }
      ended.complete(null);
    }
    context.json(now);
    return CompletableFuture.completedFuture(null);
  }

  private void list(Context context) {
    ListQuery query = ListQuery.of(context::queryParam);
    context.json(page(query));
  }

  private TaskPage page(ListQuery query) {
    var tasks = store.list(query.filter(), query.limit() + 1);
    boolean more = tasks.size() > query.limit();
    var shown = more ? tasks.subList(0, query.limit()) : tasks;
    return new TaskPage(
        shown.stream().map(this::explained).toList(),
        more ? shown.getLast().id().toString() : null);
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
      case Cancellation.WhileWaiting(TaskState was) -> was;
      case Cancellation.WhileRunning _ -> TaskState.RUNNING;
    };
  }

  private TaskStatus existing(TaskId id) {
    return store.find(id).map(this::explained).orElseThrow(() -> notFound(id));
  }

  private TaskStatus status(QueuedTask task) {
    return explained(task.status());
  }

  /** Says what a queued task lacks. */
  private TaskStatus explained(TaskStatus status) {
    return status.state() == TaskState.QUEUED && !loop.liveTypes().contains(status.type())
        ? status.waitingFor("a live worker of type " + status.type())
        : status;
  }

  private static ProblemException notFound(TaskId id) {
    return new ProblemException(Problem.notFound("there is no task " + id));
  }
}
