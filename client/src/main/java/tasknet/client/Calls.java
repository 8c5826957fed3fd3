package tasknet.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.http.JsonClient;
import tasknet.http.ProblemException;
import tasknet.task.InvalidValueException;
import tools.jackson.core.JacksonException;

/** Calls of one dispatcher, as the rooms of the client make them. */
final class Calls implements AutoCloseable {
  private final JsonClient http;
  private final Duration timeout;

  /**
   * @param timeout for connecting, and for a call that is answered at once
   * @throws InvalidValueException if that is not the address of an HTTP server
   */
  Calls(URI dispatcher, Duration timeout) {
    this.http = new JsonClient(checked(dispatcher), timeout);
    this.timeout = timeout;
  }

  URI dispatcher() {
    return http.base();
  }

  /** A call that changes nothing and is answered at once. */
  <T> T get(String path, Class<T> answer) throws InterruptedException {
    return send("GET", path, null, answer);
  }

  /** A call that the dispatcher answers at once. */
  <T> T send(String method, String path, @Nullable Object body, Class<T> answer)
      throws InterruptedException {
    return send(method, path, body, timeout, Map.of(), answer);
  }

  /**
   * Any call.
   *
   * @param body sent as JSON; null for none
   * @param patience how long the answer may take
   * @throws ProblemException if the dispatcher refuses
   * @throws UnreachableException if there is no dispatcher
   */
  <T> T send(
      String method,
      String path,
      @Nullable Object body,
      Duration patience,
      Map<String, String> headers,
      Class<T> answer)
      throws InterruptedException {
    try {
      String text = http.send(method, path, body, patience, headers).body();
      return Json.mapper().readValue(text, answer);
    } catch (JacksonException e) {
      IOException unreadable = new IOException("what answers there is not a dispatcher", e);
      throw new UnreachableException(http.base(), unreadable);
    } catch (IOException e) {
      throw new UnreachableException(http.base(), e);
    }
  }

  /** A call about a thing that may not exist; empty when it does not. */
  <T> Optional<T> ifKnown(String method, String path, Class<T> answer) throws InterruptedException {
    return ifKnown(method, path, timeout, answer);
  }

  /**
   * The same.
   *
   * @param patience how long the answer may take
   */
  <T> Optional<T> ifKnown(String method, String path, Duration patience, Class<T> answer)
      throws InterruptedException {
    try {
      return Optional.of(send(method, path, null, patience, Map.of(), answer));
    } catch (ProblemException e) {
      if (e.problem().code().equals("not-found")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * An answer that comes little by little.
   *
   * @throws ProblemException if the dispatcher refuses
   * @throws IOException if there is no dispatcher
   */
  HttpResponse<InputStream> stream(String path, Map<String, String> headers)
      throws IOException, InterruptedException {
    return http.stream(path, timeout, headers);
  }

  /** A {@code POST} of any body; the answer is read as it comes. */
  InputStream exchange(
      String path, String type, byte[] body, Duration patience, Map<String, String> headers)
      throws IOException, InterruptedException {
    return http.exchange(path, type, body, patience, headers);
  }

  @Override
  public void close() {
    http.close();
  }

  private static URI checked(URI dispatcher) {
    boolean http = "http".equals(dispatcher.getScheme()) || "https".equals(dispatcher.getScheme());
    String path = dispatcher.getPath();
    if (!http || dispatcher.getHost() == null || !(path.isEmpty() || path.equals("/"))) {
      throw new InvalidValueException(
          "url", dispatcher, "an address such as http://localhost:4000, without a path");
    }
    return dispatcher;
  }
}
