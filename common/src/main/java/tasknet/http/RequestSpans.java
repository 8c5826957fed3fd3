package tasknet.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskError;
import tasknet.task.TraceContext;
import tasknet.tracing.PastSpan;
import tasknet.tracing.Tracing;

/** Puts requests into the traces of their clients, by the W3C's headers. */
public final class RequestSpans {
  private final Tracing tracing;
  private final InstantSource clock;

  public RequestSpans(Tracing tracing, InstantSource clock) {
    this.tracing = tracing;
    this.clock = clock;
  }

  /** A request that is answered while its thread waits. */
  @FunctionalInterface
  public interface Call {
    void in(@Nullable TraceContext trace) throws IOException, InterruptedException;
  }

  /** What the client sent, if it is valid; null for none. */
  public static @Nullable TraceContext ofClient(Context context) {
    String first = context.header("traceparent");
    if (first == null || header(context, "traceparent").size() > 1) {
      return null;
    }
    return TraceContext.read(first, String.join(",", header(context, "tracestate")));
  }

  private static List<String> header(Context context, String name) {
    return Collections.list(context.req().getHeaders(name));
  }

  /**
   * Answers a request, as a span of the client's trace or of a new one.
   *
   * @param route what it is called, for instance {@code POST /tasks}
   * @param call is given the trace of what the request brings about; null for none
   */
  public CompletableFuture<?> around(
      Context context, String route, Function<@Nullable TraceContext, CompletableFuture<?>> call) {
    TraceContext client = ofClient(context);
    if (!tracing.isOn()) {
      return call.apply(client);
    }
    Begun begun = new Begun(context, route, client, tracing.begin(client), clock.instant());
    try {
      return call.apply(begun.own)
          .whenComplete(
              (_, failure) -> ended(begun, failure == null ? null : HttpServer.problem(failure)));
    } catch (RuntimeException e) {
      ended(begun, HttpServer.problem(e));
      throw e;
    }
  }

  /** The same on the request's thread. */
  public void during(Context context, String route, Call call)
      throws IOException, InterruptedException {
    TraceContext client = ofClient(context);
    if (!tracing.isOn()) {
      call.in(client);
      return;
    }
    Begun begun = new Begun(context, route, client, tracing.begin(client), clock.instant());
    Problem problem = null;
    try {
      call.in(begun.own);
    } catch (RuntimeException e) {
      problem = HttpServer.problem(e);
      throw e;
    } finally {
      ended(begun, problem);
    }
  }

  private record Begun(
      Context context,
      String route,
      @Nullable TraceContext client,
      @Nullable TraceContext own,
      Instant at) {}

  /** That a client asked for the wrong thing is no error of the server. */
  private void ended(Begun begun, @Nullable Problem problem) {
    int status = problem == null ? begun.context.statusCode() : problem.status();
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("http.request.method", begun.context.method().name());
    attributes.put("http.route", begun.route.substring(begun.route.indexOf('/')));
    attributes.put("http.response.status_code", (long) status);
    TaskError error =
        problem == null || status < 500
            ? null
            : new TaskError(String.valueOf(status), problem.detail(), true);
    tracing.record(
        new PastSpan(
            begun.own,
            begun.client,
            begun.route,
            PastSpan.Kind.SERVER,
            begun.at,
            clock.instant(),
            attributes,
            error));
  }
}
