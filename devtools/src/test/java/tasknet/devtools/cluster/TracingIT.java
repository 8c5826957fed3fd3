package tasknet.devtools.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasknet.http.Json;
import tasknet.task.TaskId;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.testkit.OtlpReceiver;
import tasknet.testkit.OtlpReceiver.Received;
import tasknet.worker.handler.TaskHandler;

/** The trace of a task through real processes, to a real receiver of OTLP. */
@Timeout(180)
class TracingIT extends OnTestCluster {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CLIENT = "00f067aa0ba902b7";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + CLIENT + "-01";

  private final OtlpReceiver receiver = new OtlpReceiver(0);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stopReceiving() {
    receiver.close();
    http.close();
  }

  @Test
  void theStagesOfARetriedTaskAreATreeUnderTheClientsSpan() throws Exception {
    start(traced());
    TaskId id = submit(2);
    TaskStatus done = cluster.client().await(id, SOON).orElseThrow();
    assertThat(done.state()).isEqualTo(TaskState.COMPLETED);
    assertThat(done.attempts()).hasSize(2);

    List<Received> spans = receiver.awaitTrace(TRACE, 10);
    Map<String, Received> byId =
        spans.stream().collect(Collectors.toMap(Received::id, span -> span));
    assertThat(spans)
        .extracting(span -> path(span, byId))
        .containsExactlyInAnyOrder(
            "client / POST /tasks",
            "client / POST /tasks / store flaky",
            "client / POST /tasks / queue flaky",
            "client / POST /tasks / queue flaky",
            "client / POST /tasks / attempt flaky",
            "client / POST /tasks / attempt flaky",
            "client / POST /tasks / attempt flaky / handler flaky",
            "client / POST /tasks / attempt flaky / handler flaky",
            "client / POST /tasks / attempt flaky / handler flaky / own work",
            "client / POST /tasks / attempt flaky / handler flaky / own work");
    for (Received handler : named(spans, "handler flaky")) {
      Received attempt = Objects.requireNonNull(byId.get(handler.parent()));
      assertThat(handler.service()).isEqualTo("tasknet-worker-flaky");
      assertThat(attempt.service()).isEqualTo("tasknet-dispatcher");
      String number = handler.attributes().get("tasknet.attempt");
      assertThat(attempt.attributes()).containsEntry("tasknet.attempt", number);
      assertThat(attempt.attributes()).containsEntry("tasknet.worker", "first");
      String error = "1".equals(number) ? "IllegalStateException: not yet" : null;
      assertThat(handler.error()).isEqualTo(error);
      assertThat(attempt.error()).isEqualTo(error);
      assertThat(handler.from()).isAfterOrEqualTo(attempt.from().minusMillis(1));
      assertThat(handler.until()).isBeforeOrEqualTo(attempt.until().plusMillis(1));
    }
    String inside = named(spans, "handler flaky").getLast().id();
    assertThat(String.valueOf(done.result())).contains("00-" + TRACE + "-" + inside + "-01");

    List<String> story = cluster.logs().grep("task=" + id);
    assertThat(story).hasSizeGreaterThanOrEqualTo(9);
    assertThat(story).allMatch(line -> line.contains(" trace=" + TRACE));
  }

  @Test
  void theTreeIsWholeWhenTheDispatcherIsKilledMeanwhile() throws Exception {
    ClusterProcess dispatcher = start(traced());
    TaskId id = submit(1);
    receiver.awaitSpan(span -> span.name().equals("queue flaky"));
    dispatcher.kill();
    cluster.startDispatcher(traced());

    assertThat(cluster.client().await(id, SOON).orElseThrow().attempts()).hasSize(1);
    List<Received> spans = receiver.awaitTrace(TRACE, 6);
    Map<String, Received> byId =
        spans.stream().collect(Collectors.toMap(Received::id, span -> span));
    assertThat(spans)
        .extracting(span -> path(span, byId))
        .containsExactlyInAnyOrder(
            "client / POST /tasks",
            "client / POST /tasks / store flaky",
            "client / POST /tasks / queue flaky",
            "client / POST /tasks / attempt flaky",
            "client / POST /tasks / attempt flaky / handler flaky",
            "client / POST /tasks / attempt flaky / handler flaky / own work");
    Received attempt = named(spans, "attempt flaky").getFirst();
    assertThat(attempt.from()) // as the store has it
        .isEqualTo(named(spans, "queue flaky").getFirst().until().truncatedTo(ChronoUnit.MICROS));
    assertThat(Duration.between(attempt.from(), attempt.until()))
        .isGreaterThan(Duration.ofSeconds(1));
  }

  @Test
  void withoutAnEndpointNoClassOfTheSdkIsLoadedAndTheClientsTraceGoesThrough() throws Exception {
    start(Map.of());
    TaskId id = submit(2);

    TaskStatus done = cluster.client().await(id, SOON).orElseThrow();
    assertThat(String.valueOf(done.result())).contains(TRACEPARENT);
    assertThat(cluster.logs().grep("task=" + id))
        .allMatch(line -> line.contains(" trace=" + TRACE));
    // The handler's own call of the API may look for another part of the SDK, in this class path.
    for (String classes : List.of("dispatcher-classes", "worker-classes")) {
      assertThat(Files.readString(folder.resolve(classes)))
          .contains("tasknet.tracing.NoTracing")
          .doesNotContain("io.opentelemetry.sdk.trace")
          .doesNotContain("io.opentelemetry.exporter");
    }
    assertThat(Files.readString(folder.resolve("dispatcher-classes")))
        .doesNotContain("io.opentelemetry");
  }

  private Map<String, String> traced() {
    return Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint().toString());
  }

  private ClusterProcess start(Map<String, String> told) throws Exception {
    cluster.startNameservice();
    cluster.startWorker(
        List.of(handlers(), "-Xlog:class+load:file=" + folder.resolve("worker-classes")),
        told,
        "first",
        "flaky");
    ClusterProcess dispatcher =
        cluster.startDispatcher(
            List.of("-Xlog:class+load:file=" + folder.resolve("dispatcher-classes")), told);
    cluster.awaitWorkers("first");
    return dispatcher;
  }

  /** Submits a task that succeeds in the attempt of that number. */
  private TaskId submit(int number) throws Exception {
    String body =
        "{\"type\":\"flaky\",\"payload\":" + number + ",\"backoff\":{\"first\":\"10ms\"}}";
    HttpRequest request =
        HttpRequest.newBuilder(cluster.dispatcher().resolve("/tasks"))
            .header("traceparent", TRACEPARENT)
            .POST(BodyPublishers.ofString(body))
            .build();
    String answer = http.send(request, BodyHandlers.ofString()).body();
    return TaskId.parse(Json.mapper().readTree(answer).path("id").asString());
  }

  private static String path(Received span, Map<String, Received> byId) {
    Received parent = byId.get(span.parent());
    String above =
        parent != null ? path(parent, byId) : span.parent().equals(CLIENT) ? "client" : "?";
    return above + " / " + span.name();
  }

  /** In the order of their begins. */
  private static List<Received> named(List<Received> spans, String name) {
    return spans.stream()
        .filter(span -> span.name().equals(name))
        .sorted(java.util.Comparator.comparing(Received::from))
        .toList();
  }

  /** The handler is on the class path; this names it to the workers of this test only. */
  private String handlers() throws Exception {
    Path named = folder.resolve("handlers/META-INF/services").resolve(TaskHandler.class.getName());
    Files.createDirectories(named.getParent());
    Files.writeString(named, FlakyHandler.class.getName());
    return "-Xbootclasspath/a:" + folder.resolve("handlers");
  }
}
