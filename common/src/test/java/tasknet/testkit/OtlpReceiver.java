package tasknet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Takes spans as an OpenTelemetry collector does: OTLP over HTTP, in Protocol Buffers. */
public final class OtlpReceiver implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final HttpServer server;
  private final List<Received> spans = new CopyOnWriteArrayList<>();
  private final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();

  /**
   * A span that came.
   *
   * @param service the name of the service that sent it
   * @param parent empty when there is none
   * @param attributes as texts
   * @param error the status message; null when it did not fail
   */
  public record Received(
      String service,
      String trace,
      String id,
      String parent,
      String name,
      String kind,
      Instant from,
      Instant until,
      Map<String, String> attributes,
      @Nullable String error) {}

  /**
   * Begins to receive.
   *
   * @param port 0 for any free one
   */
  public OtlpReceiver(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  /** What {@code OTEL_EXPORTER_OTLP_ENDPOINT} is to be. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** All that came so far. */
  public List<Received> spans() {
    return List.copyOf(spans);
  }

  /** The headers of the requests. */
  public List<Map<String, List<String>>> headers() {
    return List.copyOf(headers);
  }

  /** The spans of a trace, once so many have come. */
  public List<Received> awaitTrace(String trace, int count) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(ofTrace(trace)).hasSizeGreaterThanOrEqualTo(count));
    return ofTrace(trace);
  }

  /** The first span that is as it should be, once it has come. */
  public Received awaitSpan(Predicate<Received> wanted) {
    await().atMost(SOON).until(() -> spans.stream().anyMatch(wanted));
    return spans.stream().filter(wanted).findFirst().orElseThrow();
  }

  private List<Received> ofTrace(String trace) {
    return spans.stream().filter(span -> span.trace().equals(trace)).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      headers.add(Map.copyOf(exchange.getRequestHeaders()));
      boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      InputStream raw = exchange.getRequestBody();
      try (InputStream body = zipped ? new GZIPInputStream(raw) : raw) {
        take(ExportTraceServiceRequest.parseFrom(body));
      }
      byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private void take(ExportTraceServiceRequest request) {
    request
        .getResourceSpansList()
        .forEach(
            resource ->
                resource
                    .getScopeSpansList()
                    .forEach(
                        scope ->
                            scope
                                .getSpansList()
                                .forEach(span -> spans.add(of(resource.getResource(), span)))));
  }

  private static Received of(Resource resource, Span span) {
    return new Received(
        attributes(resource.getAttributesList()).getOrDefault("service.name", ""),
        hex(span.getTraceId()),
        hex(span.getSpanId()),
        hex(span.getParentSpanId()),
        span.getName(),
        span.getKind().name().replace("SPAN_KIND_", ""),
        instant(span.getStartTimeUnixNano()),
        instant(span.getEndTimeUnixNano()),
        attributes(span.getAttributesList()),
        span.getStatus().getCodeValue() == 2 ? span.getStatus().getMessage() : null);
  }

  private static Map<String, String> attributes(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(Collectors.toMap(KeyValue::getKey, each -> text(each.getValue())));
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case INT_VALUE -> String.valueOf(value.getIntValue());
      case BOOL_VALUE -> String.valueOf(value.getBoolValue());
      default -> value.getStringValue();
    };
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }
}
