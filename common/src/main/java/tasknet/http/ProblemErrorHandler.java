package tasknet.http;

import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what never reaches a route, such as a request line that is not HTTP, as a problem. */
final class ProblemErrorHandler extends ErrorHandler {
  private static final Problem DRAINING =
      Problem.of(503, "draining", "Draining", "the server is stopping");

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Object message = request.getAttribute(ERROR_MESSAGE);
    int status = response.getStatus();
    Problem problem =
        status == 503
            ? DRAINING // the only reason for which Jetty itself says so here
            : Problem.of(
                status,
                "http",
                "HTTP " + status,
                message == null ? "not a request" : message.toString());
    if (status == 503) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
    // Jetty closes after what it cannot parse; a client that is not told would use the connection.
    response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
    Content.Sink.write(
        response,
        true,
        new String(Json.mapper().writeValueAsBytes(problem), StandardCharsets.UTF_8),
        callback);
    return true;
  }
}
