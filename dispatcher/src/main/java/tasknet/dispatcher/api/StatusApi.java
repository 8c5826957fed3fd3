package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.TypeRule;
import tasknet.dispatcher.task.TypeRules;
import tasknet.registry.WorkerStatus;
import tasknet.registry.WorkerStatusList;
import tasknet.task.TaskState;
import tasknet.task.TaskType;
import tasknet.task.TypeList;
import tasknet.task.TypeStatus;

/** How types, workers and the dispatcher itself fare. */
final class StatusApi {
  private final DispatchLoop loop;
  private final TaskStore store;
  private final TypeRules rules;
  private final Stats stats;
  private final Executor executor;

  StatusApi(DispatchLoop loop, TaskStore store, TypeRules rules, Stats stats, Executor executor) {
    this.loop = loop;
    this.store = store;
    this.rules = rules;
    this.stats = stats;
    this.executor = executor;
  }

  void routes(RoutesConfig routes) {
    routes.get("/types", context -> context.future(() -> types(context)));
    routes.get("/workers", context -> context.future(() -> workers(context)));
    routes.get("/stats", context -> context.json(stats.document()));
  }

  private CompletableFuture<?> types(Context context) {
    return loop.workerStatus()
        .thenAcceptAsync(workers -> context.json(new TypeList(types(workers))), executor);
  }

  private CompletableFuture<?> workers(Context context) {
    return loop.workerStatus()
        .thenAcceptAsync(workers -> context.json(new WorkerStatusList(workers)), executor);
  }

  private List<TypeStatus> types(List<WorkerStatus> workers) {
    Map<TaskType, Map<TaskState, Long>> counts = store.counts();
    Set<TaskType> types = new TreeSet<>(counts.keySet());
    workers.forEach(worker -> types.addAll(worker.types()));
    return types.stream()
        .map(
            type ->
                status(
                    type,
                    workers.stream().filter(worker -> worker.types().contains(type)).toList(),
                    counts.getOrDefault(type, Map.of())))
        .toList();
  }

  private TypeStatus status(
      TaskType type, List<WorkerStatus> workers, Map<TaskState, Long> counts) {
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
        limits(rules.of(type)),
        defaults(rules.declared(type)));
  }

  private static TypeStatus.@Nullable Limits limits(TypeRule rule) {
    return rule.running() == null && rule.startsPerSecond() == null
        ? null
        : new TypeStatus.Limits(rule.running(), rule.startsPerSecond());
  }

  private static TypeStatus.@Nullable Defaults defaults(@Nullable TypeRule rule) {
    return rule == null
        ? null
        : new TypeStatus.Defaults(
            rule.timeout(), rule.maxAttempts(), rule.backoff(), rule.durable());
  }
}
