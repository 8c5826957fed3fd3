package tasknet.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.api.trace.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tasknet.runtime.Settings;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskType;
import tasknet.task.TraceContext;
import tasknet.testkit.OtlpReceiver;
import tasknet.testkit.OtlpReceiver.Received;

/** Spans that a real receiver gets. */
@Timeout(120)
class TracingIT {
  private static final TraceContext CLIENT =
      new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=1");

  private static final TraceContext UNSAMPLED =
      new TraceContext("00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203331-00", null);

  private static final TaskType HASH = new TaskType("hash");
  private static final AttemptId ATTEMPT = new AttemptId(new TaskId(7, 11), 2);
  private static final Instant FROM = Instant.parse("2026-11-28T12:00:00.000001Z");

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final OtlpReceiver receiver = new OtlpReceiver(0);

  @AfterEach
  void stop() {
    receiver.close();
  }

  @Test
  void aSpanHasTheContextThatItWasBegunWith() {
    TraceContext own;
    try (Tracing tracing = tracing(Map.of())) {
      own = Objects.requireNonNull(tracing.begin(CLIENT));
      assertThat(own.traceId()).isEqualTo(CLIENT.traceId());
      assertThat(own.spanId()).isNotEqualTo(CLIENT.spanId());
      assertThat(own.isSampled()).isTrue();
      assertThat(own.tracestate()).isEqualTo("vendor=1");

      tracing.record(
          new PastSpan(
              own,
              CLIENT,
              "POST /tasks",
              PastSpan.Kind.SERVER,
              FROM,
              FROM.plusMillis(5),
              Map.of("http.response.status_code", 503L),
              new TaskError("503", "draining", true)));
      tracing.record(
          PastSpan.ofTask("store", ATTEMPT.task(), HASH, own, FROM, FROM.minusSeconds(1)));
    }

    List<Received> spans = receiver.awaitTrace(CLIENT.traceId(), 2);
    Received request = spans.getFirst();
    assertThat(request.id()).isEqualTo(own.spanId());
    assertThat(request.parent()).isEqualTo(CLIENT.spanId());
    assertThat(request.service()).isEqualTo("tasknet-test");
    assertThat(request.kind()).isEqualTo("SERVER");
    assertThat(request.from()).isEqualTo(FROM);
    assertThat(request.until()).isEqualTo(FROM.plusMillis(5));
    assertThat(request.error()).isEqualTo("draining");
    assertThat(request.attributes())
        .containsEntry("http.response.status_code", "503")
        .containsEntry("error.type", "503");
    Received store = spans.getLast();
    assertThat(store.parent()).isEqualTo(own.spanId());
    assertThat(store.name()).isEqualTo("store hash");
    assertThat(store.until()).as("a clock that was set back").isEqualTo(store.from());
    assertThat(store.attributes())
        .containsEntry("messaging.system", "tasknet")
        .containsEntry("messaging.message.id", ATTEMPT.task().toString());
    assertThat(receiver.headers().getFirst()).containsEntry("Api-key", List.of("a b"));
  }

  @Test
  void theSpanOfAnAttemptIsTheSameInEachProcess() {
    try (Tracing one = tracing(Map.of());
        Tracing other = tracing(Map.of())) {
      TraceContext begun = Objects.requireNonNull(one.begin(CLIENT, ATTEMPT));

      assertThat(other.begin(CLIENT, ATTEMPT)).isEqualTo(begun);
      assertThat(one.begin(CLIENT, new AttemptId(ATTEMPT.task(), 3))).isNotEqualTo(begun);
      assertThat(one.begin(CLIENT, new AttemptId(new TaskId(7, 12), 2))).isNotEqualTo(begun);
      assertThat(one.begin(null, ATTEMPT)).isNull();

      other.record(
          PastSpan.ofAttempt(ATTEMPT, HASH, "w1", begun, CLIENT, FROM, FROM.plusMillis(1), null));
      assertThat(receiver.awaitTrace(CLIENT.traceId(), 1).getFirst().id())
          .isEqualTo(begun.spanId());
    }
  }

  @Test
  void aHandlersSpanIsTheCurrentOneOfItsThread() {
    try (Tracing tracing = tracing(Map.of())) {
      try (HandlerSpan span = tracing.handler(CLIENT, ATTEMPT, HASH, "w1")) {
        TraceContext own = Objects.requireNonNull(span.context());
        assertThat(Span.current().getSpanContext().getSpanId()).isEqualTo(own.spanId());
        assertThat(own.traceId()).isEqualTo(CLIENT.traceId());
        span.ended(new Outcome.Failed(new TaskError("handler-failed", "no", true)));
      }
      assertThat(Span.current().getSpanContext().isValid()).isFalse();
      try (HandlerSpan span = tracing.handler(null, ATTEMPT, HASH, "w1")) {
        span.ended(new Outcome.Completed(JsonText.NULL));
      }
    }

    Received failed = receiver.awaitTrace(CLIENT.traceId(), 1).getFirst();
    assertThat(failed.parent()).isEqualTo(CLIENT.spanId());
    assertThat(failed.kind()).isEqualTo("CONSUMER");
    assertThat(failed.error()).isEqualTo("no");
    assertThat(failed.attributes())
        .containsEntry("tasknet.attempt", "2")
        .containsEntry("tasknet.worker", "w1");
    Received root = receiver.awaitSpan(span -> span.parent().isEmpty());
    assertThat(root.name()).isEqualTo("handler hash");
    assertThat(root.error()).isNull();
  }

  @Test
  void aTraceThatIsNotSampledIsPassedOnAndNotExported() {
    try (Tracing tracing = tracing(Map.of())) {
      TraceContext own = Objects.requireNonNull(tracing.begin(UNSAMPLED));
      assertThat(own.traceparent()).startsWith("00-" + UNSAMPLED.traceId()).endsWith("-00");
      tracing.record(PastSpan.ofTask("store", ATTEMPT.task(), HASH, own, FROM, FROM));
      tracing.record(PastSpan.ofAttempt(ATTEMPT, HASH, "w", own, UNSAMPLED, FROM, FROM, null));
      tracing.handler(own, ATTEMPT, HASH, "w").close();
      tracing.record(PastSpan.ofTask("store", ATTEMPT.task(), HASH, CLIENT, FROM, FROM));
    }

    assertThat(receiver.awaitTrace(CLIENT.traceId(), 1)).hasSize(1);
    assertThat(receiver.spans()).hasSize(1);
  }

  @Test
  void aSamplerThatDoesNotAskTheClientIsObeyedByAllSpans() {
    try (Tracing tracing = tracing(Map.of("OTEL_TRACES_SAMPLER", "always_on"))) {
      TraceContext own = Objects.requireNonNull(tracing.begin(UNSAMPLED));
      assertThat(own.isSampled()).isTrue();
      tracing.record(PastSpan.ofAttempt(ATTEMPT, HASH, "w", own, UNSAMPLED, FROM, FROM, null));
    }
    assertThat(receiver.awaitTrace(UNSAMPLED.traceId(), 1)).hasSize(1);
    try (Tracing tracing = tracing(Map.of("OTEL_TRACES_SAMPLER", "always_off"))) {
      assertThat(Objects.requireNonNull(tracing.begin(CLIENT)).isSampled()).isFalse();
    }
  }

  @Test
  void aReceiverThatIsAwayIsToldOnceAndHoldsUpNobody() throws IOException {
    Tracing tracing;
    int port;
    try (Socket reserved = new Socket()) {
      // Who calls it is refused; and nobody else can take it before the receiver comes.
      reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      port = reserved.getLocalPort();
      tracing = tracing(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + port));
      tracing.record(PastSpan.ofTask("store", ATTEMPT.task(), HASH, CLIENT, FROM, FROM));
      awaitLine("cannot be exported");
    }
    try (tracing;
        OtlpReceiver late = new OtlpReceiver(port)) {
      tracing.record(PastSpan.ofTask("queue", ATTEMPT.task(), HASH, CLIENT, FROM, FROM));
      assertThat(late.awaitSpan(span -> span.name().equals("queue hash"))).isNotNull();
      awaitLine("exported again lost=1");
    }
    assertThat(lines()).filteredOn(line -> line.contains("cannot be exported")).hasSize(1);
  }

  private void awaitLine(String text) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(lines()).filteredOn(line -> line.contains(text)).hasSize(1));
  }

  private List<String> lines() {
    return List.copyOf(logged.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private Tracing tracing(Map<String, String> more) {
    Map<String, String> told = new HashMap<>(more);
    told.putIfAbsent("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint().toString());
    told.put("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20b");
    Settings settings = new Settings(told);
    TracingSettings read = TracingSettings.read(settings, "tasknet-test");
    settings.check();
    Logger log = new LoggerContext().getLogger("test");
    logged.start();
    log.addAppender(logged);
    return Tracing.of(read, "one", log);
  }
}
