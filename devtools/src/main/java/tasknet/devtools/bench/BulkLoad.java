package tasknet.devtools.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import tasknet.http.BulkAnswer;
import tasknet.http.DuplexExchange;

/** One request with a task a line; the results are read while others are sent. */
final class BulkLoad implements Load {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final URI dispatcher;
  private final int window;
  private final byte[] line;

  BulkLoad(URI dispatcher, int window, byte[] task) {
    this.dispatcher = dispatcher;
    this.window = window;
    this.line = Arrays.copyOf(task, task.length + 1);
    this.line[task.length] = '\n';
  }

  @Override
  public void run(Pace pace, Recording recording) throws IOException, InterruptedException {
    Map<String, String> wait = Map.of("Prefer", "wait");
    try (DuplexExchange exchange =
        DuplexExchange.open(dispatcher, "/tasks", BulkAnswer.MEDIA_TYPE, wait, PATIENCE)) {
      Times since = new Times();
      Semaphore room = new Semaphore(window);
      FutureTask<Long> answered =
          new FutureTask<>(
              () -> {
                try {
                  return read(exchange, since, room, recording);
                } finally {
                  room.release(Integer.MAX_VALUE / 2); // whoever sends is not to wait for ever
                }
              });
      Thread.ofPlatform().name("bench-read").daemon().start(answered);
      long sent = send(exchange.request(), pace, since, room);
      if (answered.get() < sent) {
        throw new EOFException("the answer of the bulk broke off");
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  @Override
  public void close() {}

  private long send(OutputStream out, Pace pace, Times since, Semaphore room)
      throws IOException, InterruptedException {
    long number = 0;
    for (long due = pace.next(); due != Pace.END; due = pace.next()) {
      if (!room.tryAcquire()) {
        out.flush();
        room.acquire();
      }
      since.put(++number, due);
      out.write(line);
    }
    out.close();
    return number;
  }

  private static long read(
      DuplexExchange exchange, Times since, Semaphore room, Recording recording)
      throws IOException {
    Lines lines = new Lines(exchange.answer());
    long answered = 0;
    while (lines.next()) {
      long number = Answers.line(lines.bytes(), lines.length());
      if (number > 0) { // else it is blank
        if (Answers.isCompleted(lines.bytes(), lines.length())) {
          recording.completed(since.of(number));
        } else {
          String text = new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8);
          recording.failed(Answers.cause(text));
        }
        answered++;
        room.release();
      }
    }
    return answered;
  }
}
