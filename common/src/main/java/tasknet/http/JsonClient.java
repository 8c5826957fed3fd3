package tasknet.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Calls one HTTP server that speaks JSON. Every call may throw {@link ProblemException} when the
 * server answered with an error, {@link IOException} when it was not reached or answered nothing
 * that can be read ({@link java.net.http.HttpTimeoutException} when it took too long).
 */
public final class JsonClient implements AutoCloseable {
  private static final int LONGEST_PROBLEM = 64 * 1024;

  private final URI base;
  private final Duration timeout;
  private @Nullable HttpClient http;
  private boolean closed;

  /**
   * @param base for instance {@code http://nameservice:5001}
   * @param timeout how long a call may take when it does not say otherwise
   */
  public JsonClient(URI base, Duration timeout) {
    this.base = base;
    this.timeout = timeout;
  }

  /** The server's address. */
  public URI base() {
    return base;
  }

  public <T> T get(String path, Class<T> answer) throws IOException, InterruptedException {
    return read(send("GET", path, null, timeout, Map.of()), answer);
  }

  /** A {@code GET} that the server may hold open for longer than other calls. */
  public <T> T get(String path, Class<T> answer, Duration longer)
      throws IOException, InterruptedException {
    return read(send("GET", path, null, longer, Map.of()), answer);
  }

  public <T> T put(String path, Object body, Class<T> answer)
      throws IOException, InterruptedException {
    return read(send("PUT", path, body, timeout, Map.of()), answer);
  }

  public <T> T post(String path, Object body, Class<T> answer)
      throws IOException, InterruptedException {
    return read(send("POST", path, body, timeout, Map.of()), answer);
  }

  public <T> T delete(String path, Class<T> answer) throws IOException, InterruptedException {
    return read(send("DELETE", path, null, timeout, Map.of()), answer);
  }

  /**
   * Any call, for whoever needs the status or the headers of the answer.
   *
   * @param path with its query, percent-encoded where needed
   * @param body written as JSON; null for none
   */
  public HttpResponse<String> send(
      String method,
      String path,
      @Nullable Object body,
      Duration callTimeout,
      Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(callTimeout);
    headers.forEach(request::setHeader);
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request.setHeader("Content-Type", "application/json");
      request.method(method, BodyPublishers.ofString(Json.mapper().writeValueAsString(body)));
    }
    HttpResponse<String> response = exchange(request.build(), callTimeout);
    if (response.statusCode() >= 400) {
      throw new ProblemException(problem(response, response.body()), singleHeaders(response));
    }
    return response;
  }

  /**
   * A {@code GET} whose answer comes little by little, for as long as the server likes. Whoever
   * reads it closes it.
   *
   * @param patience until the headers are there
   */
  public HttpResponse<InputStream> stream(
      String path, Duration patience, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(patience);
    headers.forEach(request::setHeader);
    HttpResponse<InputStream> response = http().send(request.build(), BodyHandlers.ofInputStream());
    if (response.statusCode() >= 400) {
      try (InputStream body = response.body()) {
        String text = new String(body.readNBytes(LONGEST_PROBLEM), StandardCharsets.UTF_8);
        throw new ProblemException(problem(response, text), singleHeaders(response));
      }
    }
    return response;
  }

  /**
   * A {@code POST} of any body, of which the answer is read as it comes.
   *
   * @param patience until the answer begins
   */
  public InputStream exchange(
      String path, String type, byte[] body, Duration patience, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(patience);
    headers.forEach(request::setHeader);
    request.setHeader("Content-Type", type).POST(BodyPublishers.ofByteArray(body));
    HttpResponse<InputStream> response = http().send(request.build(), BodyHandlers.ofInputStream());
    if (response.statusCode() >= 400) {
      try (InputStream text = response.body()) {
        String told = new String(text.readAllBytes(), StandardCharsets.UTF_8);
        throw new ProblemException(problem(response, told), singleHeaders(response));
      }
    }
    return response.body();
  }

  /**
   * Any call, whose answer is handed on as it comes, whatever its status.
   *
   * @param body null for none
   * @param patience until the headers are there
   */
  public <T> HttpResponse<T> forward(
      String method,
      String path,
      byte @Nullable [] body,
      Map<String, String> headers,
      Duration patience,
      HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(patience);
    headers.forEach(request::setHeader);
    request.method(
        method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    return http().send(request.build(), handler);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (http != null) {
      http.shutdownNow();
      http.close();
    }
  }

  /** With the first call, because it has threads of its own. */
  private synchronized HttpClient http() throws IOException {
    if (http == null) {
      if (closed) {
        throw new IOException("the client of " + base + " is closed");
      }
      HttpClient.Builder builder =
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout);
      if ("http".equals(base.getScheme())) {
        builder.sslContext(new NoTls()).sslParameters(new SSLParameters());
      }
      http = builder.build();
    }
    return http;
  }

  /** The request's own timeout ends with the headers; a body that never comes must end, too. */
  private HttpResponse<String> exchange(HttpRequest request, Duration callTimeout)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> call =
        http().sendAsync(request, BodyHandlers.ofString());
    try {
      return call.get(callTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no answer from " + request.uri() + " within " + callTimeout);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } finally {
      call.cancel(true);
    }
  }

  private static <T> T read(HttpResponse<String> response, Class<T> answer) throws IOException {
    return Answers.read(response.uri(), () -> Json.mapper().readValue(response.body(), answer));
  }

  private static Problem problem(HttpResponse<?> response, String body) {
    String mediaType = response.headers().firstValue("Content-Type").orElse("");
    return problem(response.statusCode(), mediaType, body, response.uri());
  }

  /** What an answer says that is an error. */
  public static Problem problem(int status, String mediaType, String body, URI from) {
    if (mediaType.startsWith(Problem.MEDIA_TYPE)) {
      try {
        Problem told = Json.mapper().readValue(body, Problem.class);
        if (told != null) {
          return told.withStatus(status);
        }
      } catch (JacksonException e) {
        // Falls through: whatever this is, the status says enough.
      }
    }
    return Problem.of(status, "http", "HTTP " + status, "from " + from);
  }

  /** The names of headers are in lower case. */
  private static Map<String, String> singleHeaders(HttpResponse<?> response) {
    Map<String, String> headers = new HashMap<>();
    response
        .headers()
        .map()
        .forEach(
            (name, values) ->
                headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
    return headers;
  }
}
