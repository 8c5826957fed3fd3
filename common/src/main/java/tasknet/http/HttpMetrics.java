package tasknet.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.LongConsumer;

/**
 * How long requests took, by method, route, status and kind. The route is its template, never a
 * path that a client made up, so that there are only so many.
 */
final class HttpMetrics {
  private static final String UNMATCHED = "unmatched";
  private static final String OTHER_METHOD = "OTHER";
  private static final double MILLIS_IN_A_SECOND = 1_000;
  private static final double NANOS_IN_A_SECOND = 1e9;

  private final Histogram requests;

  HttpMetrics(PrometheusRegistry registry) {
    requests =
        Histogram.builder()
            .name("http_request_duration_seconds")
            .help(
                "How long requests took until they were answered; kind is call, or wait for a"
                    + " client that asked to wait, or stream for an answer that goes on")
            .labelNames("method", "uri", "status", "kind")
            .classicOnly()
            .classicUpperBounds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5, 30)
            .withoutExemplars()
            .register(registry);
  }

  /** A request was answered. */
  void answered(Context context, float millis) {
    requests
        .labelValues(
            HandlerType.commonHttp().contains(context.method())
                ? context.method().name()
                : OTHER_METHOD,
            uri(context),
            Integer.toString(context.statusCode()),
            kind(context))
        .observe(millis / MILLIS_IN_A_SECOND);
  }

  /** To be told of answers to a direct call, and the nanoseconds that each took. */
  LongConsumer answers(DirectCall call) {
    DistributionDataPoint calls =
        requests.labelValues(call.method(), call.collection() + "/{id}", "200", "call");
    return nanos -> calls.observe(nanos / NANOS_IN_A_SECOND);
  }

  private static String uri(Context context) {
    Endpoint endpoint = context.endpoints().lastHttpEndpoint();
    return endpoint == null ? UNMATCHED : endpoint.path;
  }

  private static String kind(Context context) {
    String type = context.res().getContentType();
    if (type != null
        && (type.startsWith("text/event-stream") || type.startsWith("application/x-ndjson"))) {
      return "stream";
    }
    String prefer = context.header("Prefer");
    boolean waits =
        context.queryParam("wait") != null || (prefer != null && prefer.contains("wait"));
    return waits ? "wait" : "call";
  }
}
