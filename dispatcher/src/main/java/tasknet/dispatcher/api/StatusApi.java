package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.registry.WorkerStatusList;

/** How workers and the dispatcher itself fare. */
final class StatusApi {
  private final DispatchLoop loop;
  private final Stats stats;
  private final Executor executor;

  StatusApi(DispatchLoop loop, Stats stats, Executor executor) {
    this.loop = loop;
    this.stats = stats;
    this.executor = executor;
  }

  void routes(RoutesConfig routes) {
    routes.get("/workers", context -> context.future(() -> workers(context)));
    routes.get("/stats", context -> context.future(() -> stats(context)));
  }

  private CompletableFuture<?> stats(Context context) {
    return loop.recent()
        .thenAcceptAsync(recent -> context.json(stats.document(recent.all())), executor);
  }

  private CompletableFuture<?> workers(Context context) {
    return loop.workerStatus()
        .thenAcceptAsync(workers -> context.json(new WorkerStatusList(workers)), executor);
  }
}
