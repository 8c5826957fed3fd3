package tasknet.monitoring;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.monitoring.containers.ContainerEvent;
import tasknet.monitoring.containers.ContainerRuntime;
import tasknet.task.InvalidValueException;

/**
 * {@code GET /api/events}: what happens to containers, as server-sent events. A reader is a virtual
 * thread and a number; all read from the same ring.
 */
final class EventsApi {
  /** How often a reader hears of a comment, by which one that hung up is found. */
  static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private static final int MAX_READERS = 1_000;
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);

  private final ContainerRuntime runtime;
  private final Duration heartbeat;
  private final Logger log;
  private final Semaphore readers = new Semaphore(MAX_READERS);

  EventsApi(ContainerRuntime runtime, Duration heartbeat, Logger log) {
    this.runtime = runtime;
    this.heartbeat = heartbeat;
    this.log = log;
  }

  void routes(RoutesConfig routes) {
    routes.get("/api/events", this::events);
  }

  /** How many read now. */
  int readers() {
    return MAX_READERS - readers.availablePermits();
  }

  private void events(Context context) throws InterruptedException {
    long from = from(context.header("Last-Event-ID"), context.queryParam("after"));
    if (!readers.tryAcquire()) {
      throw new ProblemException(
          Problem.of(
              503,
              "too-many-readers",
              "Too many readers",
              "at most " + MAX_READERS + " read the events at the same time"));
    }
    try {
      context
          .contentType("text/event-stream; charset=utf-8")
          .header("Cache-Control", "no-store")
          .header("X-Accel-Buffering", "no");
      send(from, context.res().getOutputStream());
    } catch (IOException e) {
      log.debug("a reader of the events has gone: {}", e.toString());
    } finally {
      readers.release();
    }
  }

  private void send(long from, OutputStream out) throws IOException, InterruptedException {
    out.write(COMMENT); // the answer begins at once, although nothing may happen for long
    out.flush();
    long sent = from;
    while (!runtime.closed()) {
      List<ContainerEvent> events = runtime.eventsAfter(sent, heartbeat);
      if (events.isEmpty()) {
        out.write(COMMENT);
      }
      for (ContainerEvent event : events) {
        out.write(text(sent, event).getBytes(StandardCharsets.UTF_8));
        sent = event.sequence();
      }
      out.flush();
    }
  }

  /** A reader that was too slow, or away for too long, is told that it missed some. */
  private static String text(long before, ContainerEvent event) {
    String gap =
        event.sequence() == before + 1
            ? ""
            : "event: gap\ndata: {\"after\":" + before + ",\"next\":" + event.sequence() + "}\n\n";
    return gap
        + "id: "
        + event.sequence()
        + "\nevent: "
        + event.kind().word()
        + "\ndata: "
        + Json.textOf(event).text()
        + "\n\n";
  }

  /** Numbers begin anew when monitoring does; a greater one comes from before. */
  private long from(@Nullable String lastEventId, @Nullable String after) {
    long newest = runtime.lastEvent();
    String text = lastEventId == null || lastEventId.isEmpty() ? after : lastEventId;
    if (text == null) {
      return newest;
    }
    if (!text.matches("\\d{1,18}")) {
      throw new InvalidValueException(
          text.equals(lastEventId) ? "Last-Event-ID" : "after", text, "the number of an event");
    }
    long number = Long.parseLong(text);
    return number > newest ? 0 : number;
  }
}
