package tasknet.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tasknet.task.TraceContext;
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
   * A request begins, or what stands for one, as a line of a stream does.
   *
   * @param route what it is called, for instance {@code POST /tasks}
   * @param client the client's span; null for none
   * @return null when nobody wants to know
   */
  public @Nullable RequestSpan begin(String route, @Nullable TraceContext client) {
    return tracing.isOn() ? new RequestSpan(tracing, clock, route, client) : null;
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
    RequestSpan span = begin(route, client);
    if (span == null) {
      return call.apply(client);
    }
    try {
      return call.apply(span.own())
          .whenComplete(
              (_, failure) ->
                  ended(span, context, failure == null ? null : HttpServer.problem(failure)));
    } catch (RuntimeException e) {
      span.failed(HttpServer.problem(e));
      throw e;
    }
  }

  /** The same on the request's thread. */
  public void during(Context context, String route, Call call)
      throws IOException, InterruptedException {
    TraceContext client = ofClient(context);
    RequestSpan span = begin(route, client);
    if (span == null) {
      call.in(client);
      return;
    }
    Problem problem = null;
    try {
      call.in(span.own());
    } catch (RuntimeException e) {
      problem = HttpServer.problem(e);
      throw e;
    } finally {
      ended(span, context, problem);
    }
  }

  private static void ended(RequestSpan span, Context context, @Nullable Problem problem) {
    if (problem == null) {
      span.answered(context.statusCode());
    } else {
      span.failed(problem);
    }
  }
}
