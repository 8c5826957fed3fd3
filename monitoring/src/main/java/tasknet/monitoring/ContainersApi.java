package tasknet.monitoring;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.monitoring.attention.Attention;
import tasknet.monitoring.containers.Container;
import tasknet.monitoring.containers.ContainerRuntime;
import tasknet.monitoring.containers.EngineAwayException;
import tasknet.monitoring.containers.EngineState;
import tasknet.monitoring.containers.LogQuery;
import tasknet.monitoring.containers.LogReader;
import tasknet.runtime.Settings;
import tasknet.task.InvalidValueException;

/** {@code GET /api/containers…}: the containers of the project and their logs. */
final class ContainersApi {
  private static final int DEFAULT_TAIL = 200;
  private static final int MAX_TAIL = 10_000;
  private static final int MAX_READINGS = 300;
  private static final int NAMES_TOLD = 50;

  /** Each costs a thread of docker-java. */
  private static final int MAX_LOG_READERS = 64;

  /** Text has no heartbeat: only the next line tells that nobody listens any more. */
  private static final Duration SILENCE = Duration.ofMinutes(5);

  private final ContainerRuntime runtime;
  private final Attention attention;
  private final InstantSource time;
  private final Logger log;
  private final Semaphore logReaders = new Semaphore(MAX_LOG_READERS);

  /**
   * What is known of all of them.
   *
   * @param docker how it stands with the engine; when it is away, the containers are those of
   *     before
   */
  record Report(EngineState docker, String project, List<Container> containers) {}

  ContainersApi(ContainerRuntime runtime, Attention attention, InstantSource time, Logger log) {
    this.runtime = runtime;
    this.attention = attention;
    this.time = time;
    this.log = log;
  }

  void routes(RoutesConfig routes) {
    routes.get("/api/containers", this::all);
    routes.get("/api/containers/{id}", this::one);
    routes.get("/api/containers/{id}/logs", this::logs);
  }

  private void all(Context context) {
    attention.look();
    int readings = number(context, "history", 0, 0, MAX_READINGS);
    context.json(new Report(runtime.engine(), runtime.project(), runtime.containers(readings)));
  }

  private void one(Context context) {
    attention.look();
    int readings = number(context, "history", MAX_READINGS, 0, MAX_READINGS);
    context.json(find(context.pathParam("id"), readings));
  }

  private void logs(Context context) throws InterruptedException {
    Container container = find(context.pathParam("id"), 0);
    LogQuery query =
        new LogQuery(
            since(context.queryParam("since")),
            number(context, "tail", DEFAULT_TAIL, 0, MAX_TAIL),
            follow(context.queryParam("follow")));
    if (!logReaders.tryAcquire()) {
      throw new ProblemException(
          Problem.of(
              503,
              "too-many-readers",
              "Too many readers",
              "at most " + MAX_LOG_READERS + " logs are read at the same time"));
    }
    try (LogReader reader = open(container, query)) {
      context.contentType("text/plain; charset=utf-8").header("Cache-Control", "no-store");
      copy(reader, context.res().getOutputStream());
    } catch (IOException e) {
      // Whoever read it has gone, or the engine has; the answer is under way and just ends.
      log.debug("the log of {} broke off: {}", container.name(), e.toString());
    } finally {
      logReaders.release();
    }
  }

  private LogReader open(Container container, LogQuery query) throws InterruptedException {
    try {
      return runtime.logs(container.id(), query);
    } catch (EngineAwayException e) {
      throw new ProblemException(
          Problem.of(503, "docker-away", "Docker is away", String.valueOf(e.getMessage())));
    } catch (IOException e) {
      throw new ProblemException(
          Problem.of(502, "docker-answer", "Docker's answer", String.valueOf(e.getMessage())));
    }
  }

  private static void copy(LogReader reader, OutputStream out)
      throws IOException, InterruptedException {
    out.flush(); // the headers, although there may be no line for long
    byte[] piece = reader.next(SILENCE);
    while (piece.length > 0) {
      out.write(piece);
      piece = reader.next(Duration.ZERO);
      if (piece.length == 0 && !reader.ended()) {
        out.flush();
        piece = reader.next(SILENCE);
      }
    }
  }

  private Container find(String wanted, int readings) {
    List<Container> all = runtime.containers(readings);
    List<Container> found =
        all.stream().filter(it -> it.name().equals(wanted) || it.id().equals(wanted)).toList();
    if (found.isEmpty() && !wanted.isEmpty()) {
      found = all.stream().filter(it -> it.id().startsWith(wanted)).toList();
    }
    return switch (found.size()) {
      case 0 -> throw new ProblemException(unknown(wanted, all));
      case 1 -> found.getFirst();
      default ->
          throw new ProblemException(
              Problem.malformed("'" + wanted + "' begins the ids of " + names(found)));
    };
  }

  private Problem unknown(String wanted, List<Container> all) {
    String known = all.isEmpty() ? "it has none" : "it has " + names(all);
    String away =
        runtime.engine().available() ? "" : "; Docker is away: " + runtime.engine().reason();
    return Problem.notFound(
        "no container of project '"
            + runtime.project()
            + "' has the name or id '"
            + wanted
            + "'; "
            + known
            + away);
  }

  private static String names(List<Container> containers) {
    String names =
        String.join(", ", containers.stream().limit(NAMES_TOLD).map(Container::name).toList());
    return containers.size() > NAMES_TOLD ? names + ", …" : names;
  }

  private @Nullable Instant since(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException notAnInstant) {
      try {
        return time.instant().minus(Settings.parseDuration(text));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new InvalidValueException(
            "since", text, "an instant such as 2026-01-31T12:00:00Z, or a duration such as 10m");
      }
    }
  }

  private static boolean follow(@Nullable String text) {
    return switch (text) {
      case null -> false;
      case "true" -> true;
      case "false" -> false;
      default -> throw new InvalidValueException("follow", text, "true or false");
    };
  }

  private static int number(Context context, String name, int fallback, int least, int most) {
    String text = context.queryParam(name);
    if (text == null) {
      return fallback;
    }
    if (text.matches("\\d{1,9}")) {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw new InvalidValueException(name, text, "a whole number from " + least + " to " + most);
  }
}
