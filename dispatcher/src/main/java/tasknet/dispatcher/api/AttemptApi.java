package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.AttemptLinks;
import tasknet.http.HttpServer;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.AttemptId;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskId;
import tasknet.task.TaskStatus;

/**
 * For workers only: payloads and results that exceed a datagram. A link works for the running
 * attempt that it was made for, and for nothing else.
 */
final class AttemptApi {
  private static final Map<String, String> RETRY_SOON = Map.of("Retry-After", "1");

  private final DispatchLoop loop;
  private final TaskStore store;
  private final AttemptLinks links;
  private final Executor executor;

  AttemptApi(DispatchLoop loop, TaskStore store, AttemptLinks links, Executor executor) {
    this.loop = loop;
    this.store = store;
    this.links = links;
    this.executor = executor;
  }

  void routes(RoutesConfig routes) {
    routes.get(
        "/attempts/{task}/{number}/payload", context -> context.future(() -> payload(context)));
    routes.put(
        "/attempts/{task}/{number}/result", context -> context.future(() -> result(context)));
  }

  private CompletableFuture<?> payload(Context context) {
    AttemptId attempt = allowed(context);
    return loop.isRunning(attempt)
        .thenAcceptAsync(
            running -> {
              JsonText payload =
                  running ? store.find(attempt.task()).map(TaskStatus::payload).orElse(null) : null;
              if (payload == null) {
                throw notRunning(attempt);
              }
              context
                  .contentType("application/json")
                  .result(payload.text().getBytes(StandardCharsets.UTF_8));
            },
            executor);
  }

  private CompletableFuture<?> result(Context context) {
    AttemptId attempt = allowed(context);
    JsonText result = HttpServer.body(context, JsonText.class);
    return loop.deliver(attempt, new Outcome.Completed(result))
        .thenAcceptAsync(
            delivery -> {
              switch (delivery) {
                case RECORDED -> context.status(204);
                case NOT_WANTED -> throw notRunning(attempt);
                case UNDER_WAY ->
                    throw new ProblemException(
                        Problem.of(
                            503,
                            "under-way",
                            "Under way",
                            "the result of this attempt is being recorded"),
                        RETRY_SOON);
              }
            },
            executor);
  }

  private AttemptId allowed(Context context) {
    AttemptId attempt =
        new AttemptId(TaskId.parse(context.pathParam("task")), number(context.pathParam("number")));
    String key = context.queryParam("key");
    if (key == null || !links.fits(attempt, key)) {
      throw new ProblemException(
          Problem.of(
              403, "forbidden", "Forbidden", "the key of this link does not fit its attempt"));
    }
    return attempt;
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new InvalidValueException("attempt", text, "a whole number of at least 1");
    }
  }

  private static ProblemException notRunning(AttemptId attempt) {
    return new ProblemException(
        Problem.of(
            409,
            "not-running",
            "Not running",
            "attempt " + attempt.number() + " of task " + attempt.task() + " is not running"));
  }
}
