package tasknet.devtools.bench;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import tasknet.client.CallOutcome;
import tasknet.client.TaskStream;
import tasknet.client.TaskSubmission;
import tasknet.client.TasknetClient;

/** One stream with many tasks under way, by the client library. */
final class StreamLoad implements Load {
  private final int window;
  private final TaskSubmission task;
  private final TasknetClient client;
  private final TaskStream stream;

  StreamLoad(URI dispatcher, int window, TaskSubmission task) {
    this.window = window;
    this.task = task;
    this.client = new TasknetClient(dispatcher);
    this.stream = client.stream();
  }

  @Override
  public void run(Pace pace, Recording recording) throws IOException, InterruptedException {
    Semaphore room = new Semaphore(window);
    for (long next = pace.next(); next != Pace.END; next = pace.next()) {
      long since = next;
      room.acquire();
      if (!stream.isOpen()) {
        throw new IOException("the stream broke off");
      }
      CompletableFuture<CallOutcome> _ =
          stream
              .submit(task)
              .whenComplete(
                  (outcome, failure) -> {
                    record(recording, since, outcome, failure);
                    room.release();
                  });
    }
    room.acquire(window);
  }

  @Override
  public void close() {
    stream.close();
    client.close();
  }

  private static void record(
      Recording recording, long since, @Nullable CallOutcome outcome, @Nullable Throwable failure) {
    switch (outcome) {
      case CallOutcome.Completed _ -> recording.completed(since);
      case CallOutcome.Failed failed -> recording.failed(failed.error().code());
      case CallOutcome.Refused refused -> recording.failed(refused.problem().code());
      case CallOutcome.NoWorker _, CallOutcome.NoAnswer _ -> recording.failed("no answer");
      case null -> recording.failed(String.valueOf(failure));
    }
  }
}
