package tasknet.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tasknet.http.Json;
import tasknet.http.ProblemException;
import tasknet.task.TaskEvent;
import tools.jackson.core.JacksonException;

/**
 * Events as they come. When it is cut off it connects again, for as long as it takes, and goes on
 * where it was; what cannot be had any more is a {@link Told.Gap}. For one thread, except for
 * {@link #close()}.
 */
public final class EventStream implements AutoCloseable {
  /** Between two connections. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** A dispatcher says something every 15 seconds; one that is silent for longer is gone. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private static final int NO_MORE = 204;

  private final Calls calls;
  private final String path;
  private final boolean ofTask;
  private volatile @Nullable Connection connection;
  private volatile boolean closed;
  private String lastId = "";
  private boolean ended;

  private EventStream(Calls calls, String path, boolean ofTask) {
    this.calls = calls;
    this.ofTask = ofTask;
    this.path = path;
  }

  /**
   * @param ofTask whether it ends with a task
   */
  static EventStream open(Calls calls, String path, boolean ofTask) throws InterruptedException {
    EventStream stream = new EventStream(calls, path, ofTask);
    try {
      stream.connect();
    } catch (IOException e) {
      throw new UnreachableException(calls.dispatcher(), e);
    }
    return stream;
  }

  /**
   * Waits for the next event.
   *
   * @return empty at the end: the task has ended, or this was closed
   * @throws ProblemException if the dispatcher refuses to go on
   */
  public Optional<Told> next() throws InterruptedException {
    while (!ended && !closed) {
      try {
        Connection now = connection;
        if (now == null) {
          connect();
        } else {
          Told told = read(now);
          if (told != null) {
            ended =
                ofTask && told instanceof Told.Changed(TaskEvent event) && event.state().ended();
            return Optional.of(told);
          }
          hangUp(now);
        }
      } catch (ProblemException e) {
        if (e.problem().status() < 500) {
          throw e;
        }
        Thread.sleep(PAUSE);
      } catch (IOException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        hangUp(connection);
        Thread.sleep(PAUSE);
      }
    }
    return Optional.empty();
  }

  /** Ends it; who waits in {@link #next} is told so. */
  @Override
  public void close() {
    closed = true;
    hangUp(connection);
  }

  private void connect() throws IOException, InterruptedException {
    Map<String, String> headers =
        lastId.isEmpty()
            ? Map.of("Accept", "text/event-stream")
            : Map.of("Accept", "text/event-stream", "Last-Event-ID", lastId);
    HttpResponse<InputStream> response = calls.stream(path, headers);
    String type = response.headers().firstValue("Content-Type").orElse("");
    if (response.statusCode() == NO_MORE) {
      response.body().close();
      ended = true;
    } else if (type.startsWith("text/event-stream")) {
      connection = new Connection(response.body());
      if (closed) {
        hangUp(connection);
      }
    } else {
      response.body().close();
      throw new IOException("what answers there is not a dispatcher");
    }
  }

  /** The next event of a connection; null at its end. */
  private @Nullable Told read(Connection from) throws IOException {
    String id = lastId;
    String name = "";
    StringBuilder data = new StringBuilder();
    for (String line = from.line(); line != null; line = from.line()) {
      if (line.isEmpty()) {
        lastId = id; // only now: an event that was cut off is to come again
        Told told = data.isEmpty() ? null : told(name, data.toString());
        if (told != null) {
          return told;
        }
        name = "";
        data.setLength(0);
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data.append(line, 6, line.length());
      }
    }
    return null;
  }

  /** Null for an event that this client does not know. */
  private static @Nullable Told told(String name, String data) throws IOException {
    record Message(@Nullable String message) {}
    try {
      return switch (name) {
        case "task" -> new Told.Changed(Json.mapper().readValue(data, TaskEvent.class));
        case "progress" -> new Told.Progressed(Json.mapper().readValue(data, TaskEvent.class));
        case "gap" ->
            new Told.Gap(String.valueOf(Json.mapper().readValue(data, Message.class).message()));
        default -> null;
      };
    } catch (JacksonException e) {
      throw new IOException("an event cannot be read", e);
    }
  }

  private void hangUp(@Nullable Connection old) {
    if (old != null) {
      old.close();
    }
    connection = null;
  }

  /** One answer, which is closed when it is silent for too long. */
  private static final class Connection implements AutoCloseable {
    private final InputStream in;
    private final BufferedReader lines;
    private final Thread watch;
    private volatile long heardAt = System.nanoTime();

    Connection(InputStream in) {
      this.in = in;
      this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      this.watch = Thread.ofVirtual().name("event-stream-watch").start(this::watch);
    }

    @Nullable String line() throws IOException {
      String line = lines.readLine();
      heardAt = System.nanoTime();
      return line;
    }

    @Override
    public void close() {
      watch.interrupt();
      try {
        in.close(); // not the reader, which is locked while somebody waits in it
      } catch (IOException e) {
        // It is gone, which is all that is wanted.
      }
    }

    private void watch() {
      try {
        Duration left = SILENCE;
        while (left.isPositive()) {
          Thread.sleep(left);
          left = SILENCE.minusNanos(System.nanoTime() - heardAt);
        }
        in.close();
      } catch (InterruptedException | IOException e) {
        // Closed already.
      }
    }
  }
}
