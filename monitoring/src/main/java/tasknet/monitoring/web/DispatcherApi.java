package tasknet.monitoring.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.http.HttpServer;
import tasknet.http.JsonClient;
import tasknet.http.Problem;
import tasknet.http.ProblemException;

/**
 * {@code /api/dispatcher/…}: what the page asks of the dispatcher, handed on and back as it is, so
 * that a browser needs only monitoring. Nothing but the calls that {@link Call} lists.
 */
public final class DispatcherApi implements AutoCloseable {
  private static final String PREFIX = "/api/dispatcher/";

  /** How long the dispatcher may take to begin an answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The same for a call that asks it to wait for something. */
  private static final Duration LONG_PATIENCE = HttpServer.LONGEST_WAIT.plusSeconds(10);

  /** In a stream: after that a comment is sent, by which a reader that hung up is found. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  /** How long an answer may pause that is no stream. */
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private static final int MAX_STREAMS = 200;
  private static final int MAX_CALLS = 100;
  private static final int LONGEST_TURN_SECONDS = 5;
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private static final List<String> ASKED =
      List.of("Accept", "Content-Type", "Last-Event-ID", "Prefer", "traceparent");
  private static final List<String> ANSWERED =
      List.of("Content-Type", "Retry-After", "Preference-Applied", "X-Accel-Buffering");

  private final JsonClient dispatcher;
  private final ActionGuard guard;
  private final Logger log;
  private final Semaphore streams = new Semaphore(MAX_STREAMS);
  private final Semaphore calls = new Semaphore(MAX_CALLS);
  private final Counter refused;
  private final Counter failed;

  public DispatcherApi(URI dispatcher, PageSettings settings, MeterRegistry meters, Logger log) {
    this.dispatcher = new JsonClient(dispatcher, PATIENCE);
    this.guard = new ActionGuard(settings);
    this.log = log;
    Gauge.builder("tasknet.page.streams", () -> MAX_STREAMS - streams.availablePermits())
        .description("streams of events that are handed on to readers now")
        .register(meters);
    refused =
        Counter.builder("tasknet.page.actions.refused")
            .description("actions that were refused: read-only, or from elsewhere")
            .register(meters);
    failed =
        Counter.builder("tasknet.page.calls.failed")
            .description("calls that the dispatcher did not answer")
            .register(meters);
  }

  public void routes(RoutesConfig routes) {
    routes.get(PREFIX + "*", this::call);
    routes.post(PREFIX + "*", this::call);
    routes.patch(PREFIX + "*", this::call);
    routes.delete(PREFIX + "*", this::call);
  }

  /** Ends the streams that go on. */
  @Override
  public void close() {
    dispatcher.close();
  }

  private void call(Context context) throws IOException, InterruptedException {
    String method = context.req().getMethod();
    Call call = Call.of(method, context.req().getRequestURI().substring(PREFIX.length()));
    if (call == null) {
      throw new ProblemException(
          Problem.notFound("the page has no " + method + ' ' + context.path()));
    }
    switch (call.kind()) {
      case LOOK -> inTurn(() -> hand(context, call, null));
      case STREAM -> stream(context, call);
      case ACTION -> act(context, call);
    }
  }

  private interface Turn {
    void take() throws IOException, InterruptedException;
  }

  private void inTurn(Turn turn) throws IOException, InterruptedException {
    if (!calls.tryAcquire(LONGEST_TURN_SECONDS, TimeUnit.SECONDS)) {
      throw new ProblemException(
          Problem.of(503, "busy", "Busy", "too many calls at the same time; try again"));
    }
    try {
      turn.take();
    } finally {
      calls.release();
    }
  }

  private void stream(Context context, Call call) throws IOException, InterruptedException {
    if (!streams.tryAcquire()) {
      throw new ProblemException(
          Problem.of(
              503,
              "too-many-readers",
              "Too many readers",
              "at most " + MAX_STREAMS + " read events of tasks at the same time"));
    }
    try {
      hand(context, call, null);
    } finally {
      streams.release();
    }
  }

  private void act(Context context, Call call) throws IOException, InterruptedException {
    String from = context.req().getRemoteAddr();
    Problem objection =
        guard.objection(
            new ActionGuard.Sender(
                context.header("Host"),
                context.header("X-Tasknet-Action"),
                context.header("Origin"),
                context.header("Sec-Fetch-Site")));
    if (objection != null) {
      refused.increment();
      log.warn(
          "action refused {} {}: {} from={}", call.method(), call.path(), objection.detail(), from);
      throw new ProblemException(objection);
    }
    byte[] body = context.bodyAsBytes();
    inTurn(
        () -> {
          try {
            int status = hand(context, call, body);
            log.info("action {} {} status={} from={}", call.method(), call.path(), status, from);
          } catch (ProblemException e) {
            log.warn(
                "action {} {} failed: {} from={}",
                call.method(),
                call.path(),
                e.problem().detail(),
                from);
            throw e;
          }
        });
  }

  /** Hands a call on, and its answer back; tells the status. */
  private int hand(Context context, Call call, byte @Nullable [] body) throws InterruptedException {
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> answer = ask(context, call, body);
    context.status(answer.statusCode());
    context.header("Cache-Control", "no-store");
    for (String name : ANSWERED) {
      answer.headers().firstValue(name).ifPresent(value -> context.header(name, value));
    }
    answer
        .headers()
        .firstValueAsLong("Content-Length")
        .ifPresent(length -> context.res().setContentLengthLong(length));
    try (Pieces pieces = new Pieces()) {
      answer.body().subscribe(pieces);
      OutputStream out = context.res().getOutputStream();
      if (call.kind() == Call.Kind.STREAM && answer.statusCode() == 200) {
        copyEvents(pieces, out);
      } else {
        copy(pieces, out);
      }
    } catch (IOException e) {
      // The answer is under way; the reader sees that it just ends.
      log.debug("{} {} broke off: {}", call.method(), call.path(), e.toString());
    }
    return answer.statusCode();
  }

  private HttpResponse<Flow.Publisher<List<ByteBuffer>>> ask(
      Context context, Call call, byte @Nullable [] body) throws InterruptedException {
    Map<String, String> headers = new HashMap<>();
    for (String name : ASKED) {
      String value = context.header(name);
      if (value != null) {
        headers.put(name, value);
      }
    }
    String query = context.queryString();
    boolean waits = context.queryParam("wait") != null || headers.containsKey("Prefer");
    try {
      return dispatcher.forward(
          call.method(),
          '/' + call.path() + (query == null ? "" : '?' + query),
          body,
          headers,
          waits ? LONG_PATIENCE : PATIENCE,
          BodyHandlers.ofPublisher());
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.malformed("the query cannot be read: " + query));
    } catch (IOException e) {
      failed.increment();
      log.debug("{} {}: {}", call.method(), call.path(), e.toString());
      throw new ProblemException(
          Problem.of(
              502,
              "dispatcher-away",
              "The dispatcher is away",
              "no answer from " + dispatcher.base() + ": " + reason(e)));
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? "nothing listens there" : e.getMessage();
  }

  private static void copy(Pieces pieces, OutputStream out)
      throws IOException, InterruptedException {
    while (!pieces.ended()) {
      List<ByteBuffer> piece = pieces.next(PAUSE);
      if (piece.isEmpty() && !pieces.ended()) {
        throw new IOException("nothing came for " + PAUSE.toSeconds() + " s");
      }
      write(piece, out);
    }
  }

  private static void copyEvents(Pieces pieces, OutputStream out)
      throws IOException, InterruptedException {
    out.flush();
    boolean isBetween = true; // two events, where a comment may stand
    while (!pieces.ended()) {
      List<ByteBuffer> piece = pieces.next(SILENCE);
      if (!piece.isEmpty()) {
        isBetween = endsEvent(piece.getLast());
        write(piece, out);
      } else if (isBetween) {
        out.write(COMMENT);
      }
      out.flush();
    }
  }

  private static boolean endsEvent(ByteBuffer bytes) {
    int end = bytes.limit();
    return bytes.remaining() >= 2 && bytes.get(end - 1) == '\n' && bytes.get(end - 2) == '\n';
  }

  private static void write(List<ByteBuffer> piece, OutputStream out) throws IOException {
    for (ByteBuffer bytes : piece) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      out.write(copy);
    }
  }
}
