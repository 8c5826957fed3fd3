package tasknet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.config.RoutesConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.client.TasknetClient.Timeouts;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.registry.WorkerId;
import tasknet.runtime.Backoff;
import tasknet.task.Fingerprint;
import tasknet.task.InvalidValueException;
import tasknet.task.JsonText;
import tasknet.task.Label;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskPage;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TaskType;
import tasknet.task.TypeStatus;
import tasknet.task.When;

final class TasknetClientIT {
  private static final TaskId ID = SmallDispatcher.id(1);
  private static final TaskSubmission TASK = TaskSubmission.of("reverse", "OpenAI");

  @Test
  void aCallGivesTheResult() throws Exception {
    with(
        new SmallDispatcher(),
        client ->
            assertThat(client.call(TASK))
                .isEqualTo(new CallOutcome.Completed(ID, new JsonText("\"IAnepO\""))));
  }

  @Test
  void aFailedTaskIsAnOutcomeWithItsError() throws Exception {
    TaskError error = new TaskError("invalid-payload", "not a text", false);
    with(
        new SmallDispatcher(),
        client ->
            assertThat(client.call(TaskSubmission.of("hash", 5)))
                .isEqualTo(new CallOutcome.Failed(ID, error)));
  }

  @Test
  void aTypeWithoutWorkersIsAnOutcome() throws Exception {
    with(
        new SmallDispatcher(),
        client ->
            assertThat(client.call(TaskSubmission.of("nope", null)))
                .isEqualTo(new CallOutcome.NoWorker("no live worker runs nope")));
  }

  @Test
  void noAnswerInTimeTellsTheId() throws Exception {
    Problem problem = Problem.of(504, "no-answer", "No answer", "still running").with("id", ID);
    with(
        problem("/task", problem),
        client -> assertThat(client.call(TASK)).isEqualTo(new CallOutcome.NoAnswer(ID)));
  }

  @Test
  void aCallGivesUpWhenTheDispatcherIsSilent() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (ScriptedDispatcher dispatcher =
            new ScriptedDispatcher(routes -> routes.post("/task", context -> over.await()));
        TasknetClient client =
            new TasknetClient(
                dispatcher.uri(), new Timeouts(Duration.ofSeconds(10), Duration.ofMillis(100)))) {
      assertThat(client.call(TASK)).isEqualTo(new CallOutcome.NoAnswer(null));
      over.countDown();
    }
  }

  @ParameterizedTest
  @CsvSource({"400,malformed", "413,too-large", "429,queue-full", "503,draining", "507,store-full"})
  void aRefusalIsAnOutcomeOfACallAndAnExceptionElsewhere(int status, String code) throws Exception {
    Problem problem = Problem.of(status, code, "Refused", "for a reason");
    with(
        problem("/task", problem),
        client -> assertThat(client.call(TASK)).isEqualTo(new CallOutcome.Refused(problem)));
    with(
        problem("/tasks", problem),
        client ->
            assertThatThrownBy(() -> client.submit(TASK))
                .isInstanceOfSatisfying(
                    ProblemException.class, e -> assertThat(e.problem()).isEqualTo(problem)));
  }

  @Test
  void onlyWhatIsGivenIsSent() throws Exception {
    BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    Backoff backoff = new Backoff(Duration.ofMillis(200), 2, Duration.ofSeconds(5), 0);
    with(
        routes ->
            routes.post(
                "/tasks",
                context -> {
                  bodies.add(context.body());
                  context.status(202).result(Json.textOf(status(TaskState.QUEUED)).text());
                }),
        client -> {
          client.submit(TaskSubmission.of("sum", List.of(1, 2)));
          client.submit(
              TaskSubmission.of("sum", new JsonText("[0.10]"))
                  .withTimeout(Duration.ofSeconds(90))
                  .withMaxAttempts(1)
                  .withBackoff(backoff));
          assertThat(bodies)
              .containsExactly(
                  "{\"type\":\"sum\",\"payload\":[1,2]}",
                  "{\"type\":\"sum\",\"payload\":[0.10],\"timeout\":\"PT1M30S\",\"maxAttempts\":1,"
                      + "\"backoff\":{\"first\":\"PT0.2S\",\"factor\":2.0,\"cap\":\"PT5S\","
                      + "\"jitter\":0.0}}");
        });
  }

  @Test
  void waitingPollsUntilTheTaskHasEnded() throws Exception {
    AtomicInteger polls = new AtomicInteger();
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    with(
        routes -> {
          routes.post(
              "/tasks",
              context -> {
                asked.add(String.valueOf(context.header("Prefer")));
                context.status(202).json(status(TaskState.QUEUED));
              });
          routes.get(
              "/tasks/{id}",
              context -> {
                asked.add(String.valueOf(context.queryParam("wait")));
                boolean last = polls.incrementAndGet() == 3;
                context.json(status(last ? TaskState.COMPLETED : TaskState.RUNNING));
              });
        },
        client -> {
          TaskStatus ended = client.submitAndWait(TASK, Duration.ofMinutes(5));
          assertThat(ended.state()).isEqualTo(TaskState.COMPLETED);
          assertThat(asked).containsExactly("wait=25", "25000ms", "25000ms", "25000ms");
        });
  }

  @Test
  void whenTheWaitIsOverTheTaskIsAsItIs() throws Exception {
    with(
        new SmallDispatcher(),
        client -> {
          TaskSubmission nobody = TaskSubmission.of("nope", null);
          TaskStatus status = client.submitAndWait(nobody, Duration.ofMillis(1));
          assertThat(status.state()).isEqualTo(TaskState.QUEUED);
          assertThat(client.await(status.id(), Duration.ofMillis(1))).contains(status);
        });
  }

  @Test
  void anUnknownTaskIsNotFound() throws Exception {
    with(
        new SmallDispatcher(),
        client -> {
          assertThat(client.find(ID)).isEmpty();
          assertThat(client.await(ID, Duration.ofMinutes(1))).isEmpty();
          assertThat(client.cancel(ID)).isEqualTo(new CancelOutcome.Unknown());
        });
  }

  @Test
  void cancellingTellsWhatTheTaskWasOrThatItHasEnded() throws Exception {
    with(
        new SmallDispatcher(),
        client -> {
          TaskStatus done = client.submit(TASK);
          TaskStatus queued = client.submit(TaskSubmission.of("nope", null));
          assertThat(client.cancel(queued.id()))
              .isInstanceOfSatisfying(
                  CancelOutcome.Cancelled.class,
                  cancelled -> assertThat(cancelled.result().was()).isEqualTo(TaskState.QUEUED));
          assertThat(client.cancel(done.id()))
              .isInstanceOfSatisfying(
                  CancelOutcome.AlreadyEnded.class,
                  ended -> assertThat(ended.message()).contains("COMPLETED"));
        });
  }

  @Test
  void pagesOfAListAreFollowedByTheirCursor() throws Exception {
    with(
        new SmallDispatcher(),
        client -> {
          for (int count = 0; count < 3; count++) {
            client.submit(TASK);
          }
          client.submit(TaskSubmission.of("hash", "x"));
          TaskQuery query = new TaskQuery(TaskState.COMPLETED, new TaskType("reverse"), 2);
          TaskPage first = client.list(query, null);
          TaskPage second = client.list(query, first.next());
          assertThat(first.tasks()).extracting(TaskStatus::id).containsExactly(id(3), id(2));
          assertThat(second.tasks()).extracting(TaskStatus::id).containsExactly(id(1));
          assertThat(second.next()).isNull();
          assertThat(client.list(TaskQuery.ALL, null).tasks()).hasSize(4);
        });
  }

  @Test
  void aPageThatASearchEndedEarlyIsFilledFromTheNextOnes() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    String task =
        "{\"id\":\"01M859VVZTKSWKNSTQCB1DEF39\",\"type\":\"hash\",\"state\":\"QUEUED\","
            + "\"createdAt\":\"2026-11-23T22:54:12Z\",\"timeout\":\"PT30S\",\"maxAttempts\":3,"
            + "\"priority\":4,\"payload\":1,\"attempts\":[]}";
    List<String> pages =
        List.of(
            "{\"tasks\":[],\"searched\":20000,\"next\":\"A\"}",
            "{\"tasks\":[" + task + "],\"searched\":20000,\"next\":\"B\"}",
            "{\"tasks\":[" + task + "],\"next\":\"C\"}");
    with(
        routes ->
            routes.get(
                "/tasks",
                context -> {
                  asked.add(String.valueOf(context.queryString()));
                  context.contentType("application/json").result(pages.get(asked.size() - 1));
                }),
        client -> {
          TaskPage page = client.list(TaskQuery.ALL.withText("a b&c").withLimit(2), null);

          assertThat(page.tasks()).hasSize(2);
          assertThat(page.searched()).isNull();
          assertThat(page.next()).isEqualTo("C");
          assertThat(asked)
              .containsExactly(
                  "limit=2&text=a+b%26c",
                  "limit=2&text=a+b%26c&cursor=A", "limit=1&text=a+b%26c&cursor=B");
        });
  }

  @Test
  void everyFilterIsAsked() {
    TaskQuery query =
        TaskQuery.ALL
            .withStates(Set.of(TaskState.EXPIRED, TaskState.DEAD))
            .withType(new TaskType("hash"))
            .withLabels(List.of(new Label("customer", "4711")))
            .withWorker(new WorkerId("w-1"))
            .withText("ä")
            .withFrom(When.parse("2h"))
            .withTo(When.parse("2026-01-31T12:00:00+01:00"))
            .withSchedule("nightly")
            .withFingerprint(new Fingerprint("0123456789abcdef"))
            .withLimit(5);

    assertThat(query.path("X"))
        .isEqualTo(
            "/tasks?limit=5&state=DEAD&state=EXPIRED&type=hash&label=customer%3A4711&worker=w-1"
                + "&text=%C3%A4&from=PT2H&to=2026-01-31T11%3A00%3A00Z&schedule=nightly"
                + "&fingerprint=0123456789abcdef&cursor=X");
  }

  @Test
  void typesAndWorkersAreRead() throws Exception {
    with(
        new SmallDispatcher(),
        client -> {
          assertThat(client.types().types()).hasSize(6);
          assertThat(client.workers().workers()).hasSize(2);
        });
  }

  @Test
  void withoutADispatcherItIsUnreachable() {
    try (TasknetClient client = new TasknetClient(URI.create("http://localhost:1"))) {
      assertThatThrownBy(() -> client.call(TASK))
          .isInstanceOf(UnreachableException.class)
          .hasMessage("cannot reach the dispatcher at http://localhost:1 (connection refused)");
    }
  }

  @Test
  void whatDoesNotSpeakLikeADispatcherIsNone() throws Exception {
    with(
        routes -> routes.get("/types", context -> context.html("<p>It works!</p>")),
        client ->
            assertThatThrownBy(client::types)
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("what answers there is not a dispatcher"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:4000", "ftp://localhost", "http://localhost/tasknet", "/"})
  void anotherAddressThanThatOfAServerIsRefused(String address) {
    assertThatThrownBy(() -> new TasknetClient(URI.create(address)))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("http://localhost:4000");
  }

  @Test
  void aTypeIsPausedResumedAndLimited() throws Exception {
    with(
        new SmallDispatcher(),
        client -> {
          TypeCalls hash = client.type(new TaskType("hash"));
          assertThat(hash.pause().paused()).isTrue();
          assertThat(hash.find()).hasValueSatisfying(now -> assertThat(now.paused()).isTrue());
          assertThat(hash.resume().paused()).isFalse();
          hash.limit(new TypeStatus.Limits(5, null, 100));
          assertThat(hash.limit(new TypeStatus.Limits(null, 2.5, null)).limits())
              .isEqualTo(new TypeStatus.Limits(5, 2.5, 100));
          assertThat(hash.resetLimits(List.of("running")).limits())
              .isEqualTo(new TypeStatus.Limits(null, 2.5, 100));
          assertThat(client.type(new TaskType("unheard")).find()).isEmpty();
        });
  }

  /** What a test does with a client. */
  private interface Use {
    void accept(TasknetClient client) throws Exception;
  }

  private static void with(Consumer<RoutesConfig> routes, Use use) throws Exception {
    try (ScriptedDispatcher dispatcher = new ScriptedDispatcher(routes);
        TasknetClient client = new TasknetClient(dispatcher.uri())) {
      use.accept(client);
    }
  }

  private static Consumer<RoutesConfig> problem(String path, Problem problem) {
    return routes ->
        routes.post(
            path,
            context -> {
              throw new ProblemException(problem);
            });
  }

  private static TaskId id(int number) {
    return SmallDispatcher.id(number);
  }

  private static TaskStatus status(TaskState state) {
    String json =
        """
        {"id":"%s","type":"sum","state":"%s","createdAt":"2026-01-01T00:00:00Z",\
        "timeout":"PT30S","maxAttempts":3,"priority":4,"payload":null,"attempts":[]}"""
            .formatted(ID, state);
    return Json.mapper().readValue(json, TaskStatus.class);
  }
}
