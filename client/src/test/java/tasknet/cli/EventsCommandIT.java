package tasknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.Context;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasknet.client.ScriptedDispatcher;
import tasknet.client.SmallDispatcher;

/** What people see of events and progress. */
@Timeout(60)
class EventsCommandIT {
  private static final String TASK = SmallDispatcher.id(1).toString();
  private static final String COMMON =
      "\"task\":\"" + TASK + "\",\"type\":\"hash\",\"at\":\"2026-01-01T00:00:01.500Z\"";
  private static final String RUNNING =
      "{" + COMMON + ",\"state\":\"RUNNING\",\"attempt\":1,\"worker\":\"worker-1\"}";
  private static final String PROGRESS =
      RUNNING.replace(
          "}",
          ",\"progress\":{\"percent\":40,\"note\":\"4 of\\u001b[2J 10\","
              + "\"at\":\"2026-01-01T00:00:01.500Z\"}}");
  private static final String DEAD =
      "{"
          + COMMON
          + ",\"state\":\"DEAD\",\"attempt\":1,\"worker\":\"worker-1\","
          + "\"error\":{\"code\":\"broken\",\"message\":\"It broke.\",\"retryable\":false}}";
  private static final String LINE = "2026-01-01T00:00:01.500Z     " + TASK + "  hash  ";

  private volatile CompletableFuture<?> painted = CompletableFuture.completedFuture(null);
  private volatile String last = DEAD;
  private volatile String query = "";
  private final ScriptedDispatcher dispatcher =
      new ScriptedDispatcher(
          routes -> {
            routes.get("/events", this::events);
            routes.get("/tasks/{id}/events", this::events);
            routes.get("/tasks/{id}", this::task);
            routes.post("/tasks", this::task);
          });

  @AfterEach
  void stop() {
    dispatcher.close();
  }

  @Test
  void theEventsOfATaskAreALineEach() {
    CommandRun run = run("events", TASK);

    assertThat(run.out().lines())
        .containsExactly(
            LINE + "RUNNING    attempt 1  worker-1",
            LINE + "progress   attempt 1  worker-1  40%  4 of [2J 10",
            LINE + "DEAD       attempt 1  worker-1  broken: It broke.");
    assertThat(run.err()).isEqualTo("tasknet: missed\n");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void eventsOfAllAreChosenAndCounted() {
    CommandRun run =
        run("events --type hash --type sum --label customer=4711 --limit 2 --json".split(" "));

    assertThat(run.out()).isEqualTo(RUNNING_READ + "\n" + PROGRESS_READ + "\n");
    assertThat(query).contains("type=hash").contains("type=sum").contains("label=customer%3A4711");
  }

  private static final String RUNNING_READ = reordered(RUNNING);
  private static final String PROGRESS_READ = reordered(PROGRESS);

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    assertThat(run("events", TASK, "--type", "hash").exitCode()).isEqualTo(2);
    assertThat(run("events", "--limit", "0").exitCode()).isEqualTo(2);
    assertThat(run("events", "--type", "Hash!").exitCode()).isEqualTo(2);
  }

  @Test
  void whoWaitsOnATerminalSeesABar() {
    for (List<String> arguments :
        List.of(List.of("get", TASK, "--wait"), List.of("submit", "hash", "x", "--wait"))) {
      last = RUNNING;
      painted = new CompletableFuture<>();
      CommandRun run =
          CommandRun.onTerminal(dispatcher.uri().toString(), arguments.toArray(String[]::new));

      assertThat(run.err())
          .startsWith("\r\u001b[K[########------------]  40%  4 of [2J 10\r\u001b[K");
      assertThat(run.out()).contains("1");
    }
  }

  @Test
  void nobodySeesABarElsewhere() {
    assertThat(run("get", TASK, "--wait").err()).isEmpty();
  }

  private CommandRun run(String... arguments) {
    return CommandRun.of(dispatcher.uri().toString(), arguments);
  }

  private void events(Context context) {
    query = String.valueOf(context.queryString());
    if (context.header("Last-Event-ID") != null) { // it has seen everything
      painted.complete(null);
      context.status(204);
      return;
    }
    context
        .contentType("text/event-stream")
        .result(
            frame("task", RUNNING)
                + frame("progress", PROGRESS)
                + frame("gap", "{\"message\":\"missed\"}")
                + frame("task", last));
  }

  /** It ends when its events have been seen. */
  private void task(Context context) {
    boolean ended = context.queryParam("wait") != null;
    String task =
        "{\"id\":\"%s\",\"type\":\"hash\",\"state\":\"%s\",\"createdAt\":\"2026-01-01T00:00:00Z\","
            + "\"timeout\":\"PT30S\",\"maxAttempts\":3,\"priority\":4,\"attempts\":[]%s}";
    if (ended) {
      context.future(
          () ->
              painted.thenAccept(
                  _ ->
                      context
                          .contentType("application/json")
                          .result(task.formatted(TASK, "COMPLETED", ",\"result\":1"))));
    } else {
      context.contentType("application/json").result(task.formatted(TASK, "RUNNING", ""));
    }
  }

  private static String frame(String name, String data) {
    return "id: 1-1\nevent: " + name + "\ndata: " + data + "\n\n";
  }

  /** As the client writes it again. */
  private static String reordered(String event) {
    return tasknet.http.Json.textOf(
            tasknet.http.Json.mapper().readValue(event, tasknet.task.TaskEvent.class))
        .toString();
  }
}
