package tasknet.devtools.bench;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A number of connections, each with one task at a time. */
final class ConnectionLoad implements Load {
  private final List<HttpConnection> connections = new ArrayList<>();
  private final Task task;

  /** Hands in a task over a connection, and waits for its result. */
  @FunctionalInterface
  interface Task {
    /** The last answer; a failure unless it says what is expected. */
    HttpConnection.Answer run(HttpConnection connection) throws IOException;
  }

  ConnectionLoad(URI dispatcher, int window, Task task) throws IOException {
    this.task = task;
    for (int number = 0; number < window; number++) {
      connections.add(new HttpConnection(dispatcher));
    }
  }

  /** {@code POST /task}. */
  static ConnectionLoad calls(URI dispatcher, int window, byte[] task) throws IOException {
    byte[] request = HttpConnection.request("POST", dispatcher, "/task", task);
    return new ConnectionLoad(dispatcher, window, connection -> connection.exchange(request));
  }

  /** {@code POST /tasks}, then {@code GET /tasks/{id}?wait=}. */
  static ConnectionLoad submissions(URI dispatcher, int window, byte[] task) throws IOException {
    byte[] request = HttpConnection.request("POST", dispatcher, "/tasks", task);
    return new ConnectionLoad(
        dispatcher, window, connection -> awaited(dispatcher, connection, request));
  }

  @Override
  public void run(Pace pace, Recording recording) throws IOException, InterruptedException {
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (HttpConnection connection : connections) {
        running.add(
            threads.submit(
                () -> {
                  run(connection, pace, recording);
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  @Override
  public void close() throws IOException {
    for (HttpConnection connection : connections) {
      connection.close();
    }
  }

  private void run(HttpConnection connection, Pace pace, Recording recording) throws IOException {
    for (long since = pace.next(); since != Pace.END; since = pace.next()) {
      HttpConnection.Answer answer = task.run(connection);
      if (answer.isFine()) {
        recording.completed(since);
      } else {
        recording.failed(Answers.cause(answer.text()));
      }
    }
  }

  private static HttpConnection.Answer awaited(
      URI dispatcher, HttpConnection connection, byte[] request) throws IOException {
    HttpConnection.Answer kept = connection.exchange(request);
    if (!kept.isFine()) {
      return kept;
    }
    String path = "/tasks/" + Answers.id(kept.text()) + "?wait=60s";
    HttpConnection.Answer ended =
        connection.exchange(HttpConnection.request("GET", dispatcher, path, new byte[0]));
    return Answers.isCompleted(ended.text()) ? ended : new HttpConnection.Answer(0, ended.text());
  }
}
