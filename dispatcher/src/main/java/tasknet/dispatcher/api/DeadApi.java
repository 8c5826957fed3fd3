package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.DeadTasks;
import tasknet.dispatcher.dispatch.GroupChange;
import tasknet.dispatcher.store.Deletion;
import tasknet.dispatcher.store.Requeue;
import tasknet.dispatcher.store.TaskStore;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.http.RequestSpans;
import tasknet.task.DeadChange;
import tasknet.task.DeadGroup;
import tasknet.task.DeadPage;
import tasknet.task.Fingerprint;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/** Looking at DEAD tasks, bringing them back, and deleting them. */
final class DeadApi {
  /** A change of a group that takes longer goes on after the answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final DeadTasks dead;
  private final TaskStore store;
  private final Admission admission;
  private final TaskApi tasks;
  private final RequestSpans spans;
  private final Executor executor;

  /**
   * @param executor where answers are made
   */
  DeadApi(
      DeadTasks dead,
      TaskStore store,
      Admission admission,
      TaskApi tasks,
      RequestSpans spans,
      Executor executor) {
    this.dead = dead;
    this.store = store;
    this.admission = admission;
    this.tasks = tasks;
    this.spans = spans;
    this.executor = executor;
  }

  /**
   * What may be said when a task is brought back.
   *
   * @param payload instead of its own; null when it is not given
   */
  record RequeueBody(@Nullable JsonText payload) {
    private static final ObjectReader READER =
        Json.mapper()
            .readerFor(RequeueBody.class)
            .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** An empty body says nothing. */
    static RequeueBody read(byte[] body) {
      if (body.length == 0) {
        return new RequeueBody(null);
      }
      RequeueBody read = READER.readValue(body);
      if (read == null) {
        throw new InvalidValueException("body", "null", "nothing, or an object with a payload");
      }
      return read;
    }
  }

  void routes(RoutesConfig routes) {
    routes.get("/dead", this::groups);
    routes.get("/dead/{fingerprint}", context -> context.json(existing(fingerprint(context))));
    routes.post(
        "/dead/{fingerprint}/requeue", context -> context.future(() -> requeueAll(context)));
    routes.delete("/dead/{fingerprint}", context -> context.future(() -> deleteAll(context)));
    routes.delete("/dead/tasks/{id}", context -> context.future(() -> delete(context)));
    routes.post("/tasks/{id}/requeue", context -> context.future(() -> requeue(context)));
  }

  private void groups(Context context) {
    DeadQuery query = DeadQuery.of(context::queryParam);
    var groups = store.deadLetters().groups(query.type(), query.before(), query.limit() + 1);
    boolean more = groups.size() > query.limit();
    var shown = more ? groups.subList(0, query.limit()) : groups;
    context.json(new DeadPage(shown, more ? DeadQuery.after(shown.getLast()) : null));
  }

  /** In the trace of who asks, if there is one; else in the task's own as before. */
  private CompletableFuture<?> requeue(Context context) {
    return RequestSpans.ofClient(context) == null
        ? requeue(context, null)
        : spans.around(context, "POST /tasks/{id}/requeue", trace -> requeue(context, trace));
  }

  private CompletableFuture<?> requeue(Context context, @Nullable TraceContext trace) {
    TaskId id = TaskId.parse(context.pathParam("id"));
    JsonText payload = RequeueBody.read(context.bodyAsBytes()).payload();
    admit(tasks.existing(id).type(), payload == null ? JsonText.NULL : payload);
    return dead.requeue(id, payload, trace)
        .exceptionally(
            failure -> {
              throw Admission.failure(failure);
            })
        .thenAcceptAsync(
            requeue -> {
              switch (requeue) {
                case Requeue.NotFound _ -> throw TaskApi.notFound(id);
                case Requeue.NotDead(TaskState state) -> throw notDead(id, state);
                case Requeue.Requeued _ -> {
                  TaskStatus task = tasks.existing(id);
                  context.status(202).header("Location", "/tasks/" + id).json(task);
                }
              }
            },
            executor);
  }

  private CompletableFuture<?> delete(Context context) {
    TaskId id = TaskId.parse(context.pathParam("id"));
    return dead.delete(id)
        .thenAcceptAsync(
            deletion -> {
              switch (deletion) {
                case Deletion.NotFound _ -> throw TaskApi.notFound(id);
                case Deletion.NotDead(TaskState state) -> throw notDead(id, state);
                case Deletion.Deleted(Fingerprint fingerprint) ->
                    context.json(new DeadChange(fingerprint, 1, true));
              }
            },
            executor);
  }

  private CompletableFuture<?> requeueAll(Context context) {
    DeadGroup group = existing(fingerprint(context));
    admit(group.type(), JsonText.NULL);
    return answer(context, group.fingerprint(), dead.requeueAll(group.fingerprint()));
  }

  private CompletableFuture<?> deleteAll(Context context) {
    DeadGroup group = existing(fingerprint(context));
    return answer(context, group.fingerprint(), dead.deleteAll(group.fingerprint()));
  }

  /** When all are changed, or this takes too long to wait for. */
  private CompletableFuture<?> answer(
      Context context, Fingerprint fingerprint, GroupChange change) {
    return change
        .done()
        .thenApply(_ -> true)
        .completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .thenAcceptAsync(
            done ->
                context
                    .status(done ? 200 : 202)
                    .json(new DeadChange(fingerprint, change.tasks(), done)),
            executor);
  }

  /** As a new task is admitted, but for how many wait: it was taken once. */
  private void admit(TaskType type, JsonText payload) {
    admission.check(TaskRequest.of(type, payload));
  }

  private DeadGroup existing(Fingerprint fingerprint) {
    return store
        .deadLetters()
        .group(fingerprint)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.notFound("there is no dead task of the fingerprint " + fingerprint)));
  }

  private static Fingerprint fingerprint(Context context) {
    return new Fingerprint(context.pathParam("fingerprint"));
  }

  private static ProblemException notDead(TaskId id, TaskState state) {
    return new ProblemException(
        Problem.of(409, "not-dead", "Not dead", "task " + id + " is " + state + ", not DEAD")
            .with("state", state));
  }
}
