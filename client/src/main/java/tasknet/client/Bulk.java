package tasknet.client;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.http.BulkAnswer;
import tasknet.http.Problem;
import tasknet.http.ProblemException;

/**
 * Hands in any number of tasks in requests of a bounded size, two at a time: Java's HTTP client
 * reads an answer only when it has sent the whole request, so one endless request would have to be
 * held in memory by somebody.
 */
final class Bulk {
  /** Half of the lines for which the dispatcher answers without being read. */
  private static final int LINES = 5_000;

  private static final int BYTES = 4 << 20;
  private static final int AT_ONCE = 2;

  private final Calls calls;
  private final Map<String, String> headers;
  private final Duration patience;
  private final Consumer<BulkAnswer> answers;
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  /**
   * @param wait how long tasks are waited for; null for not at all
   * @param answers told of one at a time
   */
  Bulk(Calls calls, @Nullable Duration wait, Duration patience, Consumer<BulkAnswer> answers) {
    this.calls = calls;
    this.headers =
        wait == null ? Map.of() : Map.of("Prefer", "wait=" + Math.max(1, wait.toSeconds()));
    this.patience = patience;
    this.answers = answers;
  }

  /** Returns when every line is answered. */
  void run(Iterator<String> lines) throws InterruptedException {
    long read = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      while (lines.hasNext() && failure.get() == null) {
        long before = read;
        int tasks = 0;
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        for (; lines.hasNext() && read - before < LINES && part.size() < BYTES; read++) {
          String line = lines.next();
          tasks += line.isBlank() ? 0 : 1;
          part.writeBytes(line.getBytes(StandardCharsets.UTF_8));
          part.write('\n');
        }
        room.acquire();
        int expected = tasks;
        threads.execute(() -> send(before, part.toByteArray(), expected));
      }
    }
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  /**
   * @param before how many lines came before these
   * @param expected how many of them are tasks, each of which is to be answered
   */
  private void send(long before, byte[] part, int expected) {
    try (InputStream answer =
            calls.exchange("/tasks", BulkAnswer.MEDIA_TYPE, part, patience, headers);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8))) {
      int answered = 0;
      BulkAnswer last = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) { // a blank one says only that the dispatcher is there
          last = BulkAnswer.read(line.getBytes(StandardCharsets.UTF_8));
          answered++;
          tell(before, last);
        }
      }
      if (answered < expected) {
        Problem problem = last == null ? null : last.problem();
        throw problem != null && problem.status() == 503
            ? new ProblemException(problem) // it stops, and has not read the rest
            : new UnreachableException(
                calls.dispatcher(), new EOFException("the answer broke off"));
      }
    } catch (IOException e) {
      failure.compareAndSet(null, new UnreachableException(calls.dispatcher(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody interrupts the threads of this class
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    } finally {
      room.release();
    }
  }

  private synchronized void tell(long before, BulkAnswer answer) {
    answers.accept(
        new BulkAnswer(
            before + answer.line(),
            answer.id(),
            answer.state(),
            answer.result(),
            answer.error(),
            answer.problem()));
  }
}
