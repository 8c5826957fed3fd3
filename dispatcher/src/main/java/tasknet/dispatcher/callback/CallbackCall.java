package tasknet.dispatcher.callback;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tasknet.task.TraceContext;

/** Makes one signed call of a receiver. Follows no redirect. */
final class CallbackCall implements AutoCloseable {
  /** A longer wish than this is cut. */
  private static final Duration LONGEST_WISH = Duration.ofDays(1);

  private @Nullable HttpClient http;
  private final CallbackSecret secret;
  private final Duration timeout;

  /**
   * What a receiver answered, or why it did not.
   *
   * @param status null when there is no answer
   * @param error null when there is one
   * @param notBefore the wait that the receiver wishes; null for none
   */
  record Answer(@Nullable Integer status, @Nullable String error, @Nullable Duration notBefore) {
    boolean isTaken() {
      return status != null && status >= 200 && status < 300;
    }

    /** Whether the receiver says that it never wants to be called again. */
    boolean isGone() {
      return status != null && status == 410;
    }

    @Override
    public String toString() {
      return status == null ? String.valueOf(error) : "HTTP " + status;
    }
  }

  CallbackCall(CallbackSecret secret, Duration timeout) {
    this.secret = secret;
    this.timeout = timeout;
  }

  /**
   * Calls, and waits for the answer.
   *
   * @param id the same for each call with the same outcome
   * @param trace where in a distributed trace the call belongs; null for none
   */
  Answer send(URI url, String id, String body, @Nullable TraceContext trace, Instant now)
      throws InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("User-Agent", "Tasknet")
            .header("webhook-id", id)
            .header("webhook-timestamp", String.valueOf(now.getEpochSecond()))
            .header("webhook-signature", secret.signature(id, now, body))
            .POST(BodyPublishers.ofString(body));
    if (trace != null) {
      builder.header("traceparent", trace.traceparent());
      if (trace.tracestate() != null) {
        builder.header("tracestate", trace.tracestate());
      }
    }
    CompletableFuture<HttpResponse<Void>> call =
        http().sendAsync(builder.build(), BodyHandlers.discarding());
    try {
      HttpResponse<Void> response = call.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), null, wish(response, now));
    } catch (TimeoutException e) {
      return new Answer(null, "no answer within " + timeout.toMillis() + " ms", null);
    } catch (ExecutionException e) {
      return new Answer(null, reason(e.getCause()), null);
    } finally {
      call.cancel(true);
    }
  }

  @Override
  public synchronized void close() {
    if (http != null) {
      http.shutdownNow();
      http.close();
    }
  }

  /** Made when it is first needed: it reads all certificates that the machine trusts. */
  private synchronized HttpClient http() {
    if (http == null) {
      http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(timeout)
              .build();
    }
    return http;
  }

  /** {@code Retry-After}, in seconds or as a date. */
  private static @Nullable Duration wish(HttpResponse<?> response, Instant now) {
    Optional<String> header = response.headers().firstValue("Retry-After").map(String::strip);
    if (header.isEmpty()) {
      return null;
    }
    Duration wish;
    if (header.get().matches("\\d{1,9}")) {
      wish = Duration.ofSeconds(Long.parseLong(header.get()));
    } else {
      try {
        Instant until =
            ZonedDateTime.parse(header.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        wish = Duration.between(now, until);
      } catch (DateTimeException e) {
        return null;
      }
    }
    return wish.compareTo(LONGEST_WISH) > 0 ? LONGEST_WISH : wish;
  }

  private static String reason(@Nullable Throwable cause) {
    return switch (cause) {
      case ConnectException e when e.getMessage() == null -> "connection refused";
      case IOException e when e.getMessage() != null -> e.getMessage();
      case null, default -> String.valueOf(cause);
    };
  }
}
