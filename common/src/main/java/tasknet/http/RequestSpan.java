package tasknet.http;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskError;
import tasknet.task.TraceContext;
import tasknet.tracing.PastSpan;
import tasknet.tracing.Tracing;

/** A request that is under way, as a span that is told of when it was answered. */
public final class RequestSpan {
  private final Tracing tracing;
  private final InstantSource clock;
  private final String route;
  private final @Nullable TraceContext client;
  private final @Nullable TraceContext own;
  private final Instant begun;

  RequestSpan(Tracing tracing, InstantSource clock, String route, @Nullable TraceContext client) {
    this.tracing = tracing;
    this.clock = clock;
    this.route = route;
    this.client = client;
    this.own = tracing.begin(client);
    this.begun = clock.instant();
  }

  /** Of what the request brings about. */
  public @Nullable TraceContext own() {
    return own;
  }

  /** It was answered with that status. */
  public void answered(int status) {
    end(status, null);
  }

  /** It was answered with a problem. That a client asked for the wrong thing is no error here. */
  public void failed(Problem problem) {
    int status = problem.status();
    end(
        status,
        status < 500 ? null : new TaskError(String.valueOf(status), problem.detail(), true));
  }

  private void end(int status, @Nullable TaskError error) {
    int path = route.indexOf('/');
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("http.request.method", route.substring(0, path - 1));
    attributes.put("http.route", route.substring(path));
    attributes.put("http.response.status_code", (long) status);
    tracing.record(
        new PastSpan(
            own, client, route, PastSpan.Kind.SERVER, begun, clock.instant(), attributes, error));
  }
}
