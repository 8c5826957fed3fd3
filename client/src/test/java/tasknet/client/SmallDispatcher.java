package tasknet.client;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerStatus;
import tasknet.registry.WorkerStatusList;
import tasknet.task.AttemptStatus;
import tasknet.task.CallResult;
import tasknet.task.CallbackStatus;
import tasknet.task.CancelResult;
import tasknet.task.Fingerprint;
import tasknet.task.JsonText;
import tasknet.task.Label;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskLatency;
import tasknet.task.TaskPage;
import tasknet.task.TaskRates;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskTrace;
import tasknet.task.TaskType;
import tasknet.task.TraceStep;
import tasknet.task.TraceStep.Kind;
import tasknet.task.TypeList;
import tasknet.task.TypeStatus;
import tasknet.task.When;

/**
 * The REST contract of the dispatcher in memory, with the built-in types done at once. Tasks of
 * other types stay QUEUED.
 */
public final class SmallDispatcher implements Consumer<RoutesConfig> {
  private static final Instant BORN = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<TaskId, TaskStatus> tasks = new ConcurrentSkipListMap<>();
  private final Map<String, TaskStatus> keyed = new ConcurrentHashMap<>();
  private final Set<TaskType> paused = ConcurrentHashMap.newKeySet();
  private final Map<TaskType, Map<String, Object>> limits = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();

  /** What is posted. */
  private record Submitted(
      TaskType type,
      JsonText payload,
      @Nullable Duration timeout,
      @Nullable When deadline,
      @Nullable Integer priority,
      @Nullable Map<String, String> labels,
      @Nullable URI callback) {}

  /** What a requeue may say. */
  private record Edited(JsonText payload) {}

  @Override
  public void accept(RoutesConfig routes) {
    routes.post("/task", this::call);
    routes.post("/tasks", this::submit);
    routes.get("/tasks", this::list);
    routes.get("/tasks/{id}", context -> answer(context, find(context)));
    routes.get("/tasks/{id}/trace", context -> answer(context, trace(find(context).id())));
    routes.delete("/tasks/{id}", this::cancel);
    routes.post("/tasks/{id}/requeue", this::requeue);
    SmallDeadLetters dead = new SmallDeadLetters(tasks);
    routes.get("/dead", context -> answer(context, dead.page(context)));
    routes.get("/dead/{group}", context -> answer(context, dead.existing(context)));
    routes.post("/dead/{group}/requeue", context -> answer(context, dead.requeue(context)));
    routes.delete("/dead/{group}", context -> answer(context, dead.delete(context)));
    routes.delete("/dead/tasks/{id}", context -> answer(context, dead.delete(find(context))));
    routes.get("/types", context -> answer(context, types()));
    routes.get("/types/{type}", context -> answer(context, known(context)));
    routes.post("/types/{type}/pause", context -> answer(context, pause(context, true)));
    routes.post("/types/{type}/resume", context -> answer(context, pause(context, false)));
    routes.patch("/types/{type}", context -> answer(context, limit(context)));
    routes.get("/workers", context -> answer(context, workers()));
    new SmallSchedules().accept(routes);
  }

  /** The id of the task that was handed in as that one; 1 for the first. */
  public static TaskId id(int number) {
    BigInteger whole = BigInteger.valueOf(BORN.toEpochMilli()).shiftLeft(80);
    return new TaskId(whole.shiftRight(64).longValue(), number);
  }

  private void call(Context context) {
    Submitted submitted = submitted(context);
    if (!BuiltInHandlers.TYPES.contains(submitted.type().name())) {
      String detail = "no live worker runs " + submitted.type();
      throw new ProblemException(Problem.of(404, "no-worker", "No worker", detail));
    }
    TaskStatus done = add(submitted);
    JsonText result = done.result();
    TaskError error = done.error();
    if (error != null) {
      throw new ProblemException(
          Problem.of(422, "task-failed", "The task failed", error.message())
              .with("id", done.id())
              .with("error", error));
    }
    answer(context, new CallResult(done.id(), result == null ? JsonText.NULL : result));
  }

  private void submit(Context context) {
    Submitted submitted = submitted(context);
    String key = context.header("Idempotency-Key");
    TaskStatus task =
        key == null ? add(submitted) : keyed.computeIfAbsent(key, _ -> add(submitted));
    boolean waited = context.header("Prefer") != null && task.state().ended();
    context.status(waited ? 200 : 202).header("Location", "/tasks/" + task.id());
    answer(context, task);
  }

  private TaskStatus add(Submitted submitted) {
    TaskId id = id(ids.incrementAndGet());
    boolean known = BuiltInHandlers.TYPES.contains(submitted.type().name());
    Outcome outcome =
        known ? BuiltInHandlers.run(submitted.type().name(), submitted.payload()) : null;
    JsonText result = outcome instanceof Outcome.Completed(JsonText value) ? value : null;
    TaskError error = outcome instanceof Outcome.Failed(TaskError failure) ? failure : null;
    TaskState state =
        !known ? TaskState.QUEUED : error == null ? TaskState.COMPLETED : TaskState.DEAD;
    Instant ended = BORN.plusMillis(12);
    TaskStatus task =
        new TaskStatus(
            id,
            submitted.type(),
            state,
            BORN,
            null,
            submitted.deadline() == null ? null : submitted.deadline().from(BORN, "deadline"),
            known ? ended : null,
            submitted.timeout() == null ? Duration.ofSeconds(30) : submitted.timeout(),
            3,
            submitted.priority() == null ? 4 : submitted.priority(),
            submitted.labels(),
            submitted.payload(),
            result,
            error,
            state == TaskState.DEAD && error != null
                ? Fingerprint.of(submitted.type(), error)
                : null,
            known ? null : "a live worker of type " + submitted.type(),
            null,
            submitted.callback() == null ? null : CallbackStatus.waiting(submitted.callback()),
            null,
            known ? List.of(new AttemptStatus(1, "worker-1", BORN, ended, error)) : List.of());
    tasks.put(id, task);
    return task;
  }

  private void list(Context context) {
    List<String> states = context.queryParams("state");
    String text = context.queryParam("text");
    String worker = context.queryParam("worker");
    String type = context.queryParam("type");
    String cursor = context.queryParam("cursor");
    String fingerprint = context.queryParam("fingerprint");
    List<Label> labels = context.queryParams("label").stream().map(Label::parse).toList();
    int limit = Integer.parseInt(String.valueOf(context.queryParam("limit")));
    List<TaskStatus> found = new ArrayList<>();
    for (TaskStatus task : List.copyOf(tasks.values()).reversed()) {
      if ((states.isEmpty() || states.contains(task.state().name()))
          && (text == null || String.valueOf(task.payload()).contains(text))
          && (worker == null || ranOn(task, worker))
          && (type == null || task.type().name().equals(type))
          && (fingerprint == null || fingerprint.equals(String.valueOf(task.fingerprint())))
          && labels.stream().allMatch(label -> hasLabel(task, label))
          && (cursor == null || task.id().compareTo(TaskId.parse(cursor)) < 0)) {
        found.add(task);
      }
    }
    List<TaskStatus> page = found.subList(0, Math.min(limit, found.size()));
    String next = page.size() < found.size() ? page.getLast().id().toString() : null;
    answer(context, new TaskPage(page, null, next));
  }

  private static boolean ranOn(TaskStatus task, String worker) {
    return task.attempts().stream().anyMatch(attempt -> attempt.worker().equals(worker));
  }

  private static boolean hasLabel(TaskStatus task, Label label) {
    return task.labels() != null && label.value().equals(task.labels().get(label.key()));
  }

  private TaskStatus find(Context context) {
    TaskStatus task = tasks.get(TaskId.parse(context.pathParam("id")));
    if (task == null) {
      throw new ProblemException(Problem.notFound("there is no such task"));
    }
    return task;
  }

  private void cancel(Context context) {
    TaskStatus task = find(context);
    if (task.state().ended()) {
      String detail = "the task " + task.id() + " has ended: it is " + task.state();
      throw new ProblemException(Problem.of(409, "already-ended", "Already ended", detail));
    }
    answer(context, new CancelResult(task.id(), TaskState.CANCELLED, task.state()));
  }

  private void requeue(Context context) {
    TaskStatus dead = find(context);
    JsonText payload =
        context.body().isEmpty()
            ? null
            : Json.mapper().readValue(context.body(), Edited.class).payload();
    TaskStatus queued = SmallDeadLetters.requeued(dead, payload);
    tasks.put(dead.id(), queued);
    context.status(202);
    answer(context, queued);
  }

  private TypeList types() {
    return new TypeList(
        BuiltInHandlers.TYPES.stream().map(type -> type(new TaskType(type))).toList());
  }

  private TypeStatus type(TaskType type) {
    Map<String, Object> set = limits.getOrDefault(type, Map.of());
    boolean isPaused = paused.contains(type);
    TypeStatus.Limits now = Json.mapper().convertValue(set, TypeStatus.Limits.class);
    return new TypeStatus(
        type,
        1,
        4,
        4,
        0,
        0,
        0,
        7,
        1,
        0,
        0,
        Instant.parse("2026-01-01T00:00:00Z"),
        new TaskRates(12.5, 12, 0.25),
        new TaskLatency(
            null,
            null,
            new TaskLatency.Percentiles(
                Duration.ofMillis(1), Duration.ofMillis(7), Duration.ofSeconds(1))),
        isPaused,
        set.isEmpty() ? null : now,
        set.isEmpty() ? null : List.copyOf(set.keySet()),
        null);
  }

  private TypeStatus known(Context context) {
    TaskType type = new TaskType(context.pathParam("type"));
    if (!BuiltInHandlers.TYPES.contains(type.name())) {
      throw new ProblemException(Problem.notFound("there is no type " + type));
    }
    return type(type);
  }

  private TypeStatus pause(Context context, boolean pause) {
    TaskType type = new TaskType(context.pathParam("type"));
    if (pause) {
      paused.add(type);
    } else {
      paused.remove(type);
    }
    return type(type);
  }

  private TypeStatus limit(Context context) {
    TaskType type = new TaskType(context.pathParam("type"));
    Map<String, Object> set = limits.computeIfAbsent(type, _ -> new TreeMap<>());
    for (var each : Json.mapper().readTree(context.body()).path("limits").properties()) {
      if (each.getValue().isNull()) {
        set.remove(each.getKey());
      } else {
        set.put(each.getKey(), each.getValue());
      }
    }
    return type(type);
  }

  private static TaskTrace trace(TaskId id) {
    return new TaskTrace(
        id,
        false,
        List.of(
            step(0, Kind.RECEIVED, null, null),
            step(498, Kind.BEGUN, 1, null),
            new TraceStep(
                at(60_871),
                Kind.RETRANSMITTED,
                1,
                "worker-hash-1",
                "execute",
                null,
                7,
                at(1_160_871)),
            step(1_175_310, Kind.RESULT, 1, Duration.ofNanos(12_204_000)),
            step(1_175_850, Kind.DELIVERED, null, null)));
  }

  private static TraceStep step(
      long micros, Kind kind, @Nullable Integer attempt, @Nullable Duration ran) {
    String worker = attempt == null ? null : "worker-hash-1";
    return new TraceStep(at(micros), kind, attempt, worker, null, ran, null, null);
  }

  private static Instant at(long micros) {
    return BORN.plus(micros, ChronoUnit.MICROS);
  }

  private static WorkerStatusList workers() {
    WorkerId id = new WorkerId("worker-hash-1");
    Set<TaskType> types = Set.of(new TaskType("hash"), new TaskType("upper"));
    Duration roundTrip = Duration.ofNanos(1_230_000);
    return new WorkerStatusList(
        List.of(
            new WorkerStatus(
                id,
                types,
                "172.18.0.5",
                6000,
                4,
                1,
                3,
                false,
                roundTrip,
                "3f2a",
                Instant.parse("2026-11-19T10:00:00Z"),
                1_000,
                20,
                3,
                1_030,
                7),
            new WorkerStatus(
                new WorkerId("worker-sum-1"),
                Set.of(new TaskType("sum")),
                "172.18.0.6",
                6000,
                4,
                0,
                4,
                true,
                null,
                null,
                null,
                0,
                0,
                0,
                0,
                0)));
  }

  private static Submitted submitted(Context context) {
    return Json.mapper().readValue(context.body(), Submitted.class);
  }

  private static void answer(Context context, Object document) {
    context.json(document);
  }

  /** Listens until it is stopped, for trying the commands by hand. */
  public static void main(String[] arguments) {
    ScriptedDispatcher dispatcher =
        new ScriptedDispatcher(Integer.parseInt(arguments[0]), new SmallDispatcher());
    System.out.println(dispatcher.uri());
  }
}
