package tasknet.monitoring.logs;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.runtime.NanoClock;
import tasknet.task.InvalidValueException;

/** {@code GET /api/logs/stream}: what is logged from now on, as server-sent events. */
public final class LogStreamApi implements AutoCloseable {
  private static final int MAX_READERS = 100;
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /** So many entries stand in one event at most. */
  private static final int BATCH = 500;

  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern PLACE = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

  private final LogTail tail;
  private final Duration heartbeat;
  private final Logger log;
  private final Semaphore readers = new Semaphore(MAX_READERS);

  /**
   * @param folder into which all services log
   */
  public LogStreamApi(Path folder, NanoClock clock, MeterRegistry meters, Logger log) {
    this(folder, HEARTBEAT, clock, meters, log);
  }

  LogStreamApi(Path folder, Duration heartbeat, NanoClock clock, MeterRegistry meters, Logger log) {
    this.tail = new LogTail(folder, clock, log);
    this.heartbeat = heartbeat;
    this.log = log;
    Gauge.builder("tasknet.logs.readers", tail::readers)
        .description("readers of what is logged now")
        .register(meters);
  }

  public void routes(RoutesConfig routes) {
    routes.get("/api/logs/stream", this::stream);
  }

  /** Ends the streams that go on. */
  @Override
  public void close() {
    tail.close();
  }

  private void stream(Context context) throws InterruptedException {
    LogQuery query = LogQuery.ofStream(context.queryParamMap());
    String header = context.header("Last-Event-ID");
    Matcher place =
        place(header == null || header.isEmpty() ? context.queryParam("after") : header);
    if (!readers.tryAcquire()) {
      throw new ProblemException(
          Problem.of(
              503,
              "too-many-readers",
              "Too many readers",
              "at most " + MAX_READERS + " read the logs at the same time"));
    }
    try {
      enter();
      try {
        context
            .contentType("text/event-stream; charset=utf-8")
            .header("Cache-Control", "no-store")
            .header("X-Accel-Buffering", "no");
        send(query, place, context.res().getOutputStream());
      } catch (IOException e) {
        log.debug("a reader of the logs has gone: {}", e.toString());
      } finally {
        tail.leave();
      }
    } finally {
      readers.release();
    }
  }

  private void enter() {
    try {
      tail.enter();
    } catch (IOException e) {
      throw new ProblemException(
          Problem.of(503, "no-logs", "The logs cannot be read", String.valueOf(e.getMessage())));
    }
  }

  private void send(LogQuery query, @Nullable Matcher place, OutputStream out)
      throws IOException, InterruptedException {
    long run = tail.run();
    long told = tail.newest();
    if (place != null) {
      long number = Long.parseLong(place.group(2));
      boolean isKnown = Long.parseLong(place.group(1)) == run && number <= told;
      told = isKnown ? number : told;
      write(out, isKnown ? ":\n\n" : gap(null));
    }
    write(out, "id: " + run + '-' + told + "\n\n"); // the answer begins at once
    out.flush();
    while (!tail.closed()) {
      LogTail.Taken taken = tail.take(told, heartbeat);
      if (taken.missed()) {
        write(out, gap(null));
      }
      for (int from = 0; from < taken.entries().size(); from += BATCH) {
        int to = Math.min(from + BATCH, taken.entries().size());
        tell(query, run, taken.entries().subList(from, to), out);
      }
      if (taken.last() == told) {
        out.write(COMMENT);
      }
      told = taken.last();
      out.flush();
    }
  }

  private static void tell(LogQuery query, long run, List<TailedEntry> some, OutputStream out)
      throws IOException {
    for (TailedEntry entry : some) {
      if (entry.entry() == null && query.wants(entry.service())) {
        write(out, gap(entry.service()));
      }
    }
    List<LogEntry> wanted =
        some.stream()
            .filter(it -> query.wants(it.service()) && query.mayWant(it.head()))
            .map(TailedEntry::entry)
            .filter(it -> it != null && query.wants(it))
            .toList();
    if (!wanted.isEmpty()) {
      String id = "id: " + run + '-' + some.getLast().number() + '\n';
      write(out, id + "event: entries\ndata: " + Json.textOf(wanted).text() + "\n\n");
    }
  }

  /**
   * @param service whose log grew too fast; null when the reader was too slow, or away
   */
  private static String gap(@Nullable String service) {
    String data = service == null ? "{}" : Json.textOf(Map.of("service", service)).text();
    return "event: gap\ndata: " + data + "\n\n";
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable Matcher place(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    Matcher matcher = PLACE.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidValueException("after", text, "the id of an event of this stream");
    }
    return matcher;
  }
}
