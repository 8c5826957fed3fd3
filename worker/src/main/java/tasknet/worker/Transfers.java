package tasknet.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.task.JsonText;

/** Fetches payloads from the dispatcher and puts results there, when they exceed a datagram. */
final class Transfers implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration UPLOAD = Duration.ofSeconds(30);
  private static final int NO_CONTENT = 204;
  private static final int CONFLICT = 409;

  private @Nullable HttpClient http;

  /**
   * Fetches a payload.
   *
   * @param size its bytes, as the dispatcher told
   * @param timeout for all of it; positive
   * @throws IOException if it cannot be had, or is not of that size
   */
  JsonText fetch(URI url, long size, Duration timeout) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(url).timeout(timeout).build();
    HttpResponse<InputStream> response = http().send(request, BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException("the dispatcher answered HTTP " + response.statusCode());
      }
      byte[] bytes = body.readNBytes(Math.toIntExact(size) + 1);
      if (bytes.length != size) {
        throw new IOException("the payload is not of the " + size + " bytes that were told");
      }
      return new JsonText(new String(bytes, UTF_8));
    }
  }

  /**
   * Puts a result.
   *
   * @return whether the dispatcher has it, or does not want it
   * @throws IOException if the dispatcher was not reached
   */
  boolean put(URI url, JsonText result) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(UPLOAD)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(result.text()))
            .build();
    int status = http().send(request, BodyHandlers.discarding()).statusCode();
    return status == NO_CONTENT || status == CONFLICT;
  }

  @Override
  public synchronized void close() {
    if (http != null) {
      http.shutdownNow();
    }
  }

  /** Made when it is first needed: most workers never need it, and it has threads. */
  private synchronized HttpClient http() {
    if (http == null) {
      http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT)
              .build();
    }
    return http;
  }
}
