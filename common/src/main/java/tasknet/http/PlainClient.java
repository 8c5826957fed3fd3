package tasknet.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Calls one HTTP server that speaks JSON, for whoever asks now and then: by the plain client of the
 * JDK, on the thread that asks, which is woken once for each answer. {@link JsonClient} has threads
 * of its own, and what it costs a service that is idle is several times the rest; but it alone
 * streams, and ends a call whose headers come byte by byte.
 *
 * <p>Every call may throw {@link ProblemException} when the server answered with an error, {@link
 * HttpTimeoutException} when it took too long, and other {@link IOException}s when it was not
 * reached or answered nothing that can be read. Any number of threads may call.
 */
public final class PlainClient {
  private static final int LONGEST_ANSWER = 16 * 1024 * 1024;
  private static final int PIECE = 8 * 1024;
  private static final byte[] NOTHING = {};

  private final URI base;
  private final Duration timeout;

  /**
   * @param base for instance {@code http://nameservice:5001}
   * @param timeout to connect, until the server says anything, and from then to the answer's end
   */
  public PlainClient(URI base, Duration timeout) {
    this.base = base;
    this.timeout = timeout;
  }

  /** The server's address. */
  public URI base() {
    return base;
  }

  public <T> T get(String path, Class<T> type) throws IOException {
    byte[] answer = call("GET", path, NOTHING);
    return Answers.read(base.resolve(path), () -> Json.mapper().readValue(answer, type));
  }

  /** A call without a body. */
  public byte[] call(String method, String path) throws IOException {
    return call(method, path, NOTHING);
  }

  /**
   * Any call.
   *
   * @param body JSON; empty for none
   * @return what was answered, as it is
   */
  public byte[] call(String method, String path, byte[] body) throws IOException {
    URI target = base.resolve(path);
    try {
      return exchange(method, target, body);
    } catch (SocketTimeoutException e) {
      throw timedOut(target);
    }
  }

  private byte[] exchange(String method, URI target, byte[] body) throws IOException {
    int timeoutMillis = Math.toIntExact(timeout.toMillis());
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
    boolean good = status < 400;
    byte[] answer = read(good ? connection.getInputStream() : connection.getErrorStream(), target);
    if (good) {
      return answer;
    }
    String type = connection.getContentType();
    String text = new String(answer, StandardCharsets.UTF_8);
    throw new ProblemException(JsonClient.problem(status, type == null ? "" : type, text, target));
  }

  /** To the end, so that the connection is used again. */
  private byte[] read(@Nullable InputStream answer, URI target) throws IOException {
    if (answer == null) {
      return NOTHING;
    }
    long begun = System.nanoTime();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[PIECE];
    try (answer) {
      for (int length = answer.read(piece); length >= 0; length = answer.read(piece)) {
        all.write(piece, 0, length);
        if (System.nanoTime() - begun > timeout.toNanos()) {
          throw timedOut(target);
        }
        if (all.size() > LONGEST_ANSWER) {
          throw new IOException(target + " answered more than " + LONGEST_ANSWER + " bytes");
        }
      }
    }
    return all.toByteArray();
  }

  private HttpTimeoutException timedOut(URI target) {
    return new HttpTimeoutException("no answer from " + target + " within " + timeout);
  }
}
