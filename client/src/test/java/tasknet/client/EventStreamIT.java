package tasknet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.Label;
import tasknet.task.TaskEvent;
import tasknet.task.TaskId;
import tasknet.task.TaskProgress;
import tasknet.task.TaskState;
import tasknet.task.TaskType;

/** Streams of events, as a program sees them. */
@Timeout(60)
class EventStreamIT {
  private static final TaskId TASK = SmallDispatcher.id(1);
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Consumer<Context>> answers = new CopyOnWriteArrayList<>();
  private final ScriptedDispatcher dispatcher =
      new ScriptedDispatcher(
          routes -> {
            routes.get("/events", this::answer);
            routes.get("/tasks/{id}/events", this::answer);
          });
  private final TasknetClient client = new TasknetClient(dispatcher.uri());

  @AfterEach
  void close() {
    client.close();
    dispatcher.close();
  }

  @Test
  void everythingIsToldToTheEndOfTheTask() throws Exception {
    answers.add(
        stream(
            "retry: 1000\nid: 7-1\n\n",
            frame("7-1", "task", "RUNNING", ""),
            ": nothing new\nid: 7-3\n\n",
            "id: 7-4\nevent: later\ndata: {}\n\n",
            frame(
                "7-5",
                "progress",
                "RUNNING",
                ",\"progress\":{\"percent\":40,\"note\":\"ü\",\"at\":\"2026-01-01T00:00:00Z\"}"),
            "id: 7-6\nevent: gap\ndata: {\"message\":\"missed\"}\n\n",
            frame("7-7", "task", "COMPLETED", "")));
    try (EventStream stream = client.events().of(TASK)) {
      assertThat(stream.next()).contains(new Told.Changed(event(TaskState.RUNNING, null)));
      TaskProgress progress = new TaskProgress(40, "ü", AT);
      assertThat(stream.next()).contains(new Told.Progressed(event(TaskState.RUNNING, progress)));
      assertThat(stream.next()).contains(new Told.Gap("missed"));
      assertThat(stream.next()).contains(new Told.Changed(event(TaskState.COMPLETED, null)));
      assertThat(stream.next()).isEmpty();
    }
    assertThat(asked).containsExactly("/tasks/" + TASK + "/events null null");
  }

  @Test
  void whoIsCutOffComesAgainWithTheLastWholeEvent() throws Exception {
    answers.add(
        stream(frame("7-1", "task", "QUEUED", ""), "id: 7-2\nevent: task\ndata: {\"task\":"));
    answers.add(context -> refuse(503));
    answers.add(stream(frame("7-2", "task", "RUNNING", "")));
    answers.add(stream("id: 7-9\n\n"));
    answers.add(stream(frame("7-10", "task", "COMPLETED", "")));
    EventQuery query =
        new EventQuery(Set.of(new TaskType("hash")), List.of(new Label("customer", "4711 ä")));
    try (EventStream stream = client.events().all(query)) {
      for (TaskState state : List.of(TaskState.QUEUED, TaskState.RUNNING, TaskState.COMPLETED)) {
        assertThat(stream.next()).contains(new Told.Changed(event(state, null)));
      }
    }
    String path = "/events type=hash&label=customer%3A4711+%C3%A4 ";
    assertThat(asked)
        .containsExactly(path + "null", path + "7-1", path + "7-1", path + "7-2", path + "7-9");
  }

  @Test
  void aTaskThatHasEndedMeanwhileIsNotAskedForAgain() throws Exception {
    answers.add(stream(frame("7-1", "task", "RUNNING", "")));
    answers.add(context -> context.status(204));
    try (EventStream stream = client.events().of(TASK)) {
      assertThat(stream.next()).isPresent();
      assertThat(stream.next()).isEmpty();
    }
  }

  @Test
  void whatTheDispatcherRefusesIsThrown() {
    answers.add(context -> refuse(404));

    assertThatThrownBy(() -> client.events().of(TASK)).isInstanceOf(ProblemException.class);
  }

  @Test
  void whatIsNotADispatcherIsUnreachable() {
    answers.add(context -> context.contentType("text/html").result("<html>"));

    assertThatThrownBy(() -> client.events().all(EventQuery.ALL))
        .isInstanceOf(UnreachableException.class);
    dispatcher.close();
    assertThatThrownBy(() -> client.events().all(EventQuery.ALL))
        .isInstanceOf(UnreachableException.class);
  }

  @Test
  void closingItEndsTheWait() throws Exception {
    CompletableFuture<Void> never = new CompletableFuture<>();
    answers.add(
        context -> {
          stream(frame("7-1", "task", "RUNNING", "")).accept(context);
          context.future(() -> never);
        });
    CompletableFuture<Optional<Told>> told = new CompletableFuture<>();
    try (EventStream stream = client.events().of(TASK)) {
      Thread reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      stream.next();
                      told.complete(stream.next());
                    } catch (InterruptedException e) {
                      told.completeExceptionally(e);
                    }
                  });
      await().until(() -> reader.getState() == Thread.State.WAITING);
    }
    assertThat(told.get(20, TimeUnit.SECONDS)).isEmpty();
    never.complete(null);
  }

  private static TaskEvent event(TaskState state, @Nullable TaskProgress progress) {
    return new TaskEvent(
        TASK, new TaskType("hash"), state, AT, null, null, null, Map.of("a", "b"), progress);
  }

  private void answer(Context context) {
    String query = context.queryString() == null ? "" : context.queryString() + ' ';
    String path = context.path().equals("/events") ? "/events " + query : context.path() + " null ";
    asked.add(path + context.header("Last-Event-ID"));
    answers.removeFirst().accept(context);
  }

  private static void refuse(int status) {
    throw new ProblemException(Problem.of(status, "no", "No", "not now"));
  }

  /** Sends that, and ends. */
  private static Consumer<Context> stream(String... frames) {
    return context -> {
      context.contentType("text/event-stream");
      try {
        var out = context.res().getOutputStream();
        out.write(String.join("", frames).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        out.flush();
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    };
  }

  private static String frame(String id, String name, String state, String more) {
    return "id: %s\nevent: %s\ndata: {\"task\":\"%s\",\"type\":\"hash\",\"state\":\"%s\",\"at\":\"%s\",\"labels\":{\"a\":\"b\"}%s}\n\n"
        .formatted(id, name, TASK, state, AT, more);
  }
}
