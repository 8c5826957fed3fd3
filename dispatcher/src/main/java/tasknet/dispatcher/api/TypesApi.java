package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.TaskActivity;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.TypeOverride;
import tasknet.dispatcher.task.TypeRule;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.registry.WorkerStatus;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.task.TypeList;
import tasknet.task.TypeStatus;

/** How types fare; changing their limits, pausing and resuming them. */
final class TypesApi {
  private final DispatchLoop loop;
  private final TaskStore store;
  private final TypeRules rules;
  private final Executor executor;

  TypesApi(DispatchLoop loop, TaskStore store, TypeRules rules, Executor executor) {
    this.loop = loop;
    this.store = store;
    this.rules = rules;
    this.executor = executor;
  }

  void routes(RoutesConfig routes) {
    routes.get("/types", context -> context.future(() -> list(context)));
    routes.get("/types/{type}", context -> context.future(() -> find(context)));
    routes.patch("/types/{type}", context -> context.future(() -> patch(context)));
    routes.post("/types/{type}/pause", context -> context.future(() -> paused(context, true)));
    routes.post("/types/{type}/resume", context -> context.future(() -> paused(context, false)));
  }

  private CompletableFuture<?> list(Context context) {
    return seen(fleet -> context.json(new TypeList(all(fleet))));
  }

  private CompletableFuture<?> find(Context context) {
    TaskType type = type(context);
    return seen(
        fleet -> {
          if (!isKnown(type, fleet)) {
            throw new ProblemException(
                Problem.notFound(
                    "there is no type " + type + ": no task, no worker and no rule has it"));
          }
          context.json(status(type, fleet));
        });
  }

  private CompletableFuture<?> patch(Context context) {
    TaskType type = type(context);
    requireMediaType(context);
    return change(context, type, TypePatch.read(context.bodyAsBytes()));
  }

  private CompletableFuture<?> paused(Context context, boolean paused) {
    return change(context, type(context), kept -> kept.paused(paused));
  }

  private CompletableFuture<?> change(
      Context context, TaskType type, UnaryOperator<TypeOverride> change) {
    return loop.types()
        .change(type, change)
        .exceptionally(
            failure -> {
              throw Admission.failure(failure);
            })
        .thenCompose(_ -> seen(fleet -> context.json(status(type, fleet))));
  }

  /** All that is known of all types at one time. */
  private record Fleet(
      List<WorkerStatus> workers,
      TaskActivity.Snapshot recent,
      Map<TaskType, Map<TaskState, Long>> counts,
      Map<TaskType, Instant> oldestQueued) {}

  private CompletableFuture<?> seen(Consumer<Fleet> then) {
    return loop.workerStatus()
        .thenCombine(loop.recent(), Map::entry)
        .thenAcceptAsync(
            told ->
                then.accept(
                    new Fleet(
                        told.getKey(), told.getValue(), store.counts(), store.oldestQueued())),
            executor);
  }

  private static TaskType type(Context context) {
    return new TaskType(context.pathParam("type"));
  }

  private static void requireMediaType(Context context) {
    String given = context.contentType();
    String mediaType =
        given == null ? "" : given.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    if (!mediaType.isEmpty() && !TypePatch.MEDIA_TYPES.contains(mediaType)) {
      String allowed = String.join(", ", new TreeSet<>(TypePatch.MEDIA_TYPES).reversed());
      throw new ProblemException(
          Problem.of(
              415,
              "unsupported-media-type",
              "Unsupported media type",
              "Content-Type: '" + mediaType + "' is not allowed; it must be one of " + allowed),
          Map.of("Accept-Patch", allowed));
    }
  }

  private boolean isKnown(TaskType type, Fleet fleet) {
    return fleet.counts().containsKey(type)
        || rules.declared(type) != null
        || loop.types().overridden().contains(type)
        || fleet.workers().stream().anyMatch(worker -> worker.types().contains(type));
  }

  private List<TypeStatus> all(Fleet fleet) {
    Set<TaskType> types = new TreeSet<>(fleet.counts().keySet());
    types.addAll(loop.types().overridden());
    fleet.workers().forEach(worker -> types.addAll(worker.types()));
    return types.stream().map(type -> status(type, fleet)).toList();
  }

  private TypeStatus status(TaskType type, Fleet fleet) {
    List<WorkerStatus> workers =
        fleet.workers().stream().filter(worker -> worker.types().contains(type)).toList();
    Map<TaskState, Long> counts = fleet.counts().getOrDefault(type, Map.of());
    TaskActivity.Figures recent = fleet.recent().of(type);
    TypeOverride override = loop.types().override(type);
    TypeStatus.Limits limits = loop.types().limits(type);
    return new TypeStatus(
        type,
        workers.size(),
        workers.stream().mapToInt(WorkerStatus::capacity).sum(),
        workers.stream().mapToInt(WorkerStatus::free).sum(),
        counts.getOrDefault(TaskState.SCHEDULED, 0L),
        counts.getOrDefault(TaskState.QUEUED, 0L),
        counts.getOrDefault(TaskState.RUNNING, 0L),
        counts.getOrDefault(TaskState.COMPLETED, 0L),
        counts.getOrDefault(TaskState.DEAD, 0L),
        counts.getOrDefault(TaskState.CANCELLED, 0L),
        counts.getOrDefault(TaskState.EXPIRED, 0L),
        fleet.oldestQueued().get(type),
        recent == null ? null : recent.rates(),
        recent == null ? null : recent.latency(),
        override.paused(),
        limits.equals(TypeStatus.Limits.NONE) ? null : limits,
        overridden(override.limits()),
        defaults(rules.declared(type)));
  }

  private static @Nullable List<String> overridden(TypeStatus.Limits limits) {
    List<String> names = new ArrayList<>();
    if (limits.running() != null) {
      names.add("running");
    }
    if (limits.startsPerSecond() != null) {
      names.add("startsPerSecond");
    }
    if (limits.waiting() != null) {
      names.add("waiting");
    }
    return names.isEmpty() ? null : names;
  }

  private static TypeStatus.@Nullable Defaults defaults(@Nullable TypeRule rule) {
    return rule == null
        ? null
        : new TypeStatus.Defaults(
            rule.timeout(), rule.maxAttempts(), rule.backoff(), rule.durable());
  }
}
