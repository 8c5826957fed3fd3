package tasknet.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.testkit.CallbackReceiver;
import tasknet.dispatcher.testkit.CallbackReceiver.Reply;
import tasknet.dispatcher.testkit.ScriptedWorker;
import tasknet.dispatcher.testkit.WiredDispatcher;
import tasknet.dispatcher.testkit.WiredDispatcher.Answer;
import tasknet.task.AttemptId;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TraceContext;
import tasknet.testkit.OtlpReceiver;
import tasknet.testkit.OtlpReceiver.Received;
import tasknet.wire.Message;

/** Where a client's trace goes, over real HTTP, UDP and a real store. */
@Timeout(120)
class TraceIT {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";
  private static final String OTHER = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203332-01";
  private static final String TASK = "{\"type\":\"hash\",\"payload\":1,\"maxAttempts\":1}";

  @TempDir Path folder;
  private final ScriptedWorker worker = ScriptedWorker.open("worker-1", 8, "hash");
  private WiredDispatcher dispatcher;

  @BeforeEach
  void start() {
    start(new String[0]);
  }

  private void start(String... more) {
    dispatcher = WiredDispatcher.start(folder, more);
    dispatcher.register(worker);
  }

  @AfterEach
  void stop() {
    dispatcher.close();
    worker.close();
    assertThat(dispatcher.log().errors()).isEmpty();
  }

  // ---- without an endpoint ---------------------------------------------------------------------

  @Test
  void aClientsTraceIsHandedToTheWorkerAsItCame() {
    String task =
        post(TASK, "traceparent", PARENT, "tracestate", "vendor=1", "tracestate", "other=2")
            .text("id");

    assertThat(worker.expectExecute(attempt(task, 1)).trace())
        .isEqualTo(new TraceContext(PARENT, "vendor=1,other=2"));
    worker.complete(attempt(task, 1), "1");
    await().until(() -> lines("task completed", task).size() == 1);
    assertThat(lines("", task))
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).endsWith(" trace=" + TRACE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "rubbish", "00-0-0-00", "ff-" + TRACE + "-b7ad6b7169203331-01"})
  void aMalformedTraceIsPassedOver(String malformed) {
    String task = post(TASK, "traceparent", malformed, "tracestate", "vendor=1").text("id");

    assertThat(worker.expectExecute(attempt(task, 1)).trace()).isNull();
    assertThat(lines("task stored", task)).noneMatch(line -> line.contains("trace="));
  }

  @Test
  void twoTracesAreNone() {
    String task = post(TASK, "traceparent", PARENT, "traceparent", OTHER).text("id");

    assertThat(worker.expectExecute(attempt(task, 1)).trace()).isNull();
  }

  @Test
  void theTraceOfABulkIsThatOfAllItsTasks() {
    WiredDispatcher.answer(lines("/tasks", TASK, TASK));

    assertThat(worker.expectExecute().trace()).isEqualTo(new TraceContext(PARENT, null));
    await().until(() -> worker.heard(Message.Execute.class).size() == 2);
    assertThat(worker.heard(Message.Execute.class))
        .allMatch(execute -> new TraceContext(PARENT, null).equals(execute.trace()));
  }

  @ParameterizedTest
  @CsvSource({"/tasks,''", "/tasks/stream,'\"ref\":1,'"})
  void aLineMaySayItsOwnTraceAndElseThatOfTheRequestHolds(String path, String ref) {
    String own = ",\"traceparent\":\"" + OTHER + "\",\"tracestate\":\"a=1\"";
    CompletableFuture<Answer> answers =
        lines(
            path,
            "{" + ref + "\"type\":\"hash\",\"payload\":1}",
            "{" + ref + "\"type\":\"hash\",\"payload\":2" + own + "}");

    Message.Execute first = worker.expectExecute();
    Message.Execute second = worker.expectExecute();
    worker.complete(first.attempt(), "1");
    worker.complete(second.attempt(), "1");

    assertThat(WiredDispatcher.answer(answers).status()).isEqualTo(200);
    assertThat(List.of(first, second))
        .extracting(execute -> ScriptedWorker.payload(execute) + " " + execute.trace())
        .containsExactlyInAnyOrder(
            "1 " + new TraceContext(PARENT, null), "2 " + new TraceContext(OTHER, "a=1"));
  }

  @Test
  void aTraceOutlivesTheDispatcher() {
    String running = post(TASK, "traceparent", PARENT).text("id");
    worker.expectExecute(attempt(running, 1));
    String delayed =
        post("{\"type\":\"hash\",\"delay\":\"1s\"}", "traceparent", PARENT, "tracestate", "a=1")
            .text("id");
    dispatcher.close();
    start();

    worker.expectProbe(attempt(running, 1));
    worker.complete(attempt(running, 1), "1");
    await().until(() -> lines("task completed", running).size() == 1);
    assertThat(lines("task completed", running).getFirst()).endsWith(" trace=" + TRACE);
    assertThat(worker.expectExecute(attempt(delayed, 1)).trace())
        .isEqualTo(new TraceContext(PARENT, "a=1"));
  }

  @Test
  void aRequeuedTaskStaysInItsTraceUnlessTheRequestHasOne() {
    String task = post(TASK, "traceparent", PARENT).text("id");
    for (int number = 1; number <= 3; number++) {
      Message.Execute execute = worker.expectExecute(attempt(task, number));
      assertThat(execute.trace()).isEqualTo(new TraceContext(number == 3 ? OTHER : PARENT, null));
      worker.fail(attempt(task, number), TaskError.HANDLER_FAILED, false);
      int dead = number;
      await().until(() -> lines("next=DEAD", task).size() == dead);
      if (number == 1) {
        dispatcher.post("/tasks/" + task + "/requeue", "");
      } else if (number == 2) {
        dispatcher.post("/tasks/" + task + "/requeue", "", "traceparent", OTHER);
      }
    }
  }

  @Test
  void aCallbackIsMadeInTheTraceOfItsTask() {
    dispatcher.close();
    start(
        "TASKNET_CALLBACK_HOSTS",
        "localhost:*",
        "TASKNET_CALLBACK_SECRET",
        CallbackReceiver.SECRET);
    try (CallbackReceiver receiver = new CallbackReceiver(0, _ -> Reply.of(204))) {
      String task =
          post(
                  "{\"type\":\"hash\",\"callback\":\"" + receiver.url("/done") + "\"}",
                  "traceparent",
                  PARENT)
              .text("id");
      worker.expectExecute(attempt(task, 1));
      worker.complete(attempt(task, 1), "1");

      await().until(() -> receiver.calls().size() == 1);
      assertThat(receiver.calls().getFirst().traceparent()).isEqualTo(PARENT);
    }
  }

  @Test
  void theLongestTraceAndPayloadFitIntoTheSmallestDatagram() {
    dispatcher.close();
    start("TASKNET_MAX_DATAGRAM", "512");
    String state = "v=" + "\\\"".repeat(255);
    for (int length = 0; length < 200; length += 5) {
      String payload = "\"" + "x".repeat(length) + "\"";
      String task =
          post(
                  "{\"type\":\"hash\",\"payload\":" + payload + "}",
                  "traceparent",
                  PARENT,
                  "tracestate",
                  state)
              .text("id");
      Message.Execute execute = worker.expectExecute(attempt(task, 1));
      assertThat(Objects.requireNonNull(execute.trace()).traceparent()).isEqualTo(PARENT);
      worker.complete(attempt(task, 1), "1");
    }
  }

  // ---- with one --------------------------------------------------------------------------------

  @Test
  void theStagesOfATaskAreSpansUnderItsRequest() {
    try (OtlpReceiver receiver = new OtlpReceiver(0)) {
      dispatcher.close();
      start("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint().toString());
      String task =
          post(
                  "{\"type\":\"hash\",\"maxAttempts\":2,\"backoff\":{\"first\":\"1ms\"}}",
                  "traceparent",
                  PARENT)
              .text("id");
      TraceContext first = worker.expectExecute(attempt(task, 1)).trace();
      worker.fail(attempt(task, 1), TaskError.HANDLER_FAILED, true);
      TraceContext second = worker.expectExecute(attempt(task, 2)).trace();
      worker.complete(attempt(task, 2), "1");

      List<Received> spans = receiver.awaitTrace(TRACE, 6);
      assertThat(spans)
          .extracting(Received::name)
          .containsExactlyInAnyOrder(
              "POST /tasks",
              "store hash",
              "queue hash",
              "attempt hash",
              "queue hash",
              "attempt hash");
      Received request = named(spans, "POST /tasks").getFirst();
      assertThat(request.parent()).isEqualTo("b7ad6b7169203331");
      assertThat(request.attributes()).containsEntry("http.response.status_code", "202");
      assertThat(spans)
          .filteredOn(span -> !span.equals(request))
          .extracting(Received::parent)
          .containsOnly(request.id());
      assertThat(named(spans, "attempt hash"))
          .extracting(Received::id)
          .containsExactlyInAnyOrder(
              Objects.requireNonNull(first).spanId(), Objects.requireNonNull(second).spanId());
      assertThat(named(spans, "attempt hash"))
          .extracting(Received::error)
          .containsExactlyInAnyOrder(null, "It went wrong.");
      assertThat(spans).allMatch(span -> !span.until().isBefore(span.from()));
    }
  }

  @Test
  void aRequestWithoutATraceBeginsOne() {
    try (OtlpReceiver receiver = new OtlpReceiver(0)) {
      dispatcher.close();
      start("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint().toString());
      String task = post(TASK).text("id");
      TraceContext trace = Objects.requireNonNull(worker.expectExecute(attempt(task, 1)).trace());
      dispatcher.delete("/tasks/" + task);

      List<Received> spans = receiver.awaitTrace(trace.traceId(), 4);
      assertThat(named(spans, "POST /tasks").getFirst().parent()).isEmpty();
      assertThat(named(spans, "attempt hash").getFirst().attributes())
          .containsEntry("error.type", "cancelled");
      assertThat(lines("task cancelled", task).getFirst()).endsWith(" trace=" + trace.traceId());
    }
  }

  @Test
  void eachLineOfAStreamIsASpanFromItsBeginToItsAnswer() {
    try (OtlpReceiver receiver = new OtlpReceiver(0)) {
      dispatcher.close();
      start("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint().toString());
      String line = "{\"ref\":1," + TASK.substring(1);
      CompletableFuture<Answer> answers =
          lines(
              "/tasks/stream",
              line,
              line.replace("}", ",\"traceparent\":\"" + OTHER + "\",\"priority\":10}"));
      worker.complete(worker.expectExecute().attempt(), "1");
      WiredDispatcher.answer(answers);

      List<Received> spans = receiver.awaitTrace(TRACE, 4);
      Received taken = named(spans, "POST /tasks/stream").getFirst();
      assertThat(taken.parent()).isEqualTo("b7ad6b7169203331");
      assertThat(taken.attributes())
          .containsEntry("http.route", "/tasks/stream")
          .containsEntry("http.response.status_code", "200");
      Received attempt = named(spans, "attempt hash").getFirst();
      assertThat(attempt.parent()).isEqualTo(taken.id());
      assertThat(taken.until()).isAfterOrEqualTo(attempt.until());
      Received refused = receiver.awaitSpan(span -> span.parent().equals(OTHER.substring(36, 52)));
      assertThat(refused.attributes()).containsEntry("http.response.status_code", "400");
    }
  }

  @Test
  void aRequestThatIsRefusedIsASpanToo() {
    try (OtlpReceiver receiver = new OtlpReceiver(0)) {
      dispatcher.close();
      start("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint().toString());
      post("{}", "traceparent", PARENT);
      dispatcher.post("/task", "{\"type\":\"sum\"}", "traceparent", OTHER);

      assertThat(receiver.awaitTrace(TRACE, 1).getFirst().attributes())
          .containsEntry("http.response.status_code", "400");
      Received call = receiver.awaitSpan(span -> span.name().equals("POST /task"));
      assertThat(call.attributes()).containsEntry("http.response.status_code", "404");
      assertThat(call.error()).isNull();
    }
  }

  private static List<Received> named(List<Received> spans, String name) {
    return spans.stream().filter(span -> span.name().equals(name)).toList();
  }

  /** Sends tasks in one request, which is in a trace. */
  private CompletableFuture<Answer> lines(String path, String... tasks) {
    return dispatcher.send(
        "POST",
        path,
        String.join("\n", tasks),
        "Content-Type",
        "application/x-ndjson",
        "traceparent",
        PARENT);
  }

  private Answer post(String body, String... headers) {
    return dispatcher.post("/tasks", body, headers);
  }

  private List<String> lines(String text, String task) {
    return dispatcher.log().with("task=" + task).stream()
        .filter(line -> line.contains(text))
        .toList();
  }

  private static AttemptId attempt(String task, int number) {
    return new AttemptId(TaskId.parse(task), number);
  }
}
