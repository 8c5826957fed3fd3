package tasknet.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.http.JsonClient;
import tasknet.http.LastRead;
import tasknet.http.ProblemException;
import tasknet.registry.Heartbeat;
import tasknet.registry.Registration;
import tools.jackson.core.JacksonException;

/**
 * The calls of heartbeats, by the plain client of the JDK: it calls on the thread that asks, which
 * is woken once for each answer. The other client has threads of its own, and what it costs a
 * worker that is idle is several times the rest. For one thread.
 */
final class HeartbeatCalls {
  private static final int LONGEST_ANSWER = 64 * 1024;
  private static final byte[] NOTHING = {};

  private final URI nameservice;
  private final int timeoutMillis;
  private final LastRead<Heartbeat> answers = new LastRead<>();
  private @Nullable Registration last;
  private byte[] lastBytes = NOTHING;

  /**
   * @param timeout to connect, and for the server to say anything
   */
  HeartbeatCalls(URI nameservice, Duration timeout) {
    this.nameservice = nameservice;
    this.timeoutMillis = Math.toIntExact(timeout.toMillis());
  }

  /**
   * Registers.
   *
   * @throws ProblemException if it is refused
   */
  Heartbeat put(String path, Registration registration) throws IOException {
    if (!registration.equals(last)) {
      lastBytes = Json.mapper().writeValueAsBytes(registration);
      last = registration;
    }
    byte[] answer = call("PUT", path, lastBytes);
    try {
      return answers.read(answer, bytes -> Json.mapper().readValue(bytes, Heartbeat.class));
    } catch (JacksonException e) {
      throw new IOException(
          nameservice + " answered something that is not expected: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Deregisters.
   *
   * @throws ProblemException if it is refused
   */
  void delete(String path) throws IOException {
    call("DELETE", path, NOTHING);
  }

  private byte[] call(String method, String path, byte[] body) throws IOException {
    URI target = nameservice.resolve(path);
    HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setConnectTimeout(timeoutMillis);
    connection.setReadTimeout(timeoutMillis);
    connection.setInstanceFollowRedirects(false);
    if (body.length > 0) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
    }
    int status = connection.getResponseCode();
    byte[] answer = read(status < 400 ? connection.getInputStream() : connection.getErrorStream());
    if (status >= 400) {
      String type = connection.getContentType();
      String text = new String(answer, StandardCharsets.UTF_8);
      throw new ProblemException(
          JsonClient.problem(status, type == null ? "" : type, text, target));
    }
    return answer;
  }

  /** To the end, so that the connection is used again. */
  private static byte[] read(@Nullable InputStream answer) throws IOException {
    if (answer == null) {
      return NOTHING;
    }
    try (answer) {
      return answer.readNBytes(LONGEST_ANSWER);
    }
  }
}
