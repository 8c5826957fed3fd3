package tasknet.client;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tasknet.http.BulkAnswer;
import tasknet.http.DuplexExchange;
import tasknet.http.Problem;
import tasknet.http.StreamAnswer;
import tasknet.task.JsonText;
import tasknet.task.TaskError;
import tasknet.task.TaskId;
import tasknet.task.TaskState;

/**
 * Tasks in and results out over one connection, as many at a time as the dispatcher gives credit
 * for. Tasks that are handed in at the same time travel together, and so do results. Safe for use
 * by many threads.
 */
public final class TaskStream implements AutoCloseable {
  /** A dispatcher says something every 10 seconds; one that is silent for longer is gone. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  /** Comes after the last line. */
  private static final byte[] END = {};

  private final URI dispatcher;
  private final DuplexExchange exchange;
  private final Semaphore credit;
  private final AtomicLong refs = new AtomicLong();
  private final Map<Long, CompletableFuture<CallOutcome>> awaited = new ConcurrentHashMap<>();
  private final BlockingQueue<byte[]> lines = new LinkedBlockingQueue<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable Problem reason;

  private TaskStream(URI dispatcher, DuplexExchange exchange, int credit) {
    this.dispatcher = dispatcher;
    this.exchange = exchange;
    this.credit = new Semaphore(credit);
  }

  /**
   * @param patience for connecting
   * @throws tasknet.http.ProblemException if the dispatcher refuses
   */
  static TaskStream open(URI dispatcher, Duration patience) {
    try {
      DuplexExchange exchange =
          DuplexExchange.open(
              dispatcher, "/tasks/stream", BulkAnswer.MEDIA_TYPE, Map.of(), patience);
      exchange.silence(SILENCE);
      TaskStream stream = new TaskStream(dispatcher, exchange, credit(exchange));
      Thread.ofPlatform().daemon().name("task-stream-write").start(stream::write);
      Thread.ofPlatform().daemon().name("task-stream-read").start(stream::read);
      return stream;
    } catch (IOException e) {
      throw new UnreachableException(dispatcher, e);
    }
  }

  /**
   * Hands in a task. Blocks while as many are under way as there is credit for.
   *
   * @return completes when the task ends; fails with {@link UnreachableException} when the stream
   *     breaks off before, and then the task may go on
   */
  public CompletableFuture<CallOutcome> submit(TaskSubmission task) throws InterruptedException {
    credit.acquire();
    long ref = refs.incrementAndGet();
    CompletableFuture<CallOutcome> outcome = new CompletableFuture<>();
    awaited.put(ref, outcome);
    String line = "{\"ref\":" + ref + ',' + task.toString().substring(1) + '\n';
    lines.add(line.getBytes(StandardCharsets.UTF_8));
    if (ended.get()) { // perhaps after all others were told
      fail(new EOFException("the stream has ended"));
    }
    return outcome;
  }

  /** Whether tasks can be handed in: it was not closed, and has not broken off. */
  public boolean isOpen() {
    return !ended.get();
  }

  /** Hangs up. What is under way goes on, and its futures fail. */
  @Override
  public void close() {
    end(new IOException("closed"));
  }

  private static int credit(DuplexExchange exchange) throws IOException {
    String credit = exchange.header(StreamAnswer.CREDIT);
    if (credit == null || !credit.matches("[1-9]\\d{0,8}")) {
      throw new IOException("what answers there is not a dispatcher");
    }
    return Integer.parseInt(credit);
  }

  /** Sends what is there together, and waits for more. */
  private void write() {
    try {
      OutputStream out = exchange.request();
      for (byte[] line = lines.take(); line.length > 0; line = lines.take()) {
        for (byte[] next = line; next != null; next = lines.poll()) {
          if (next.length == 0) {
            return;
          }
          out.write(next);
        }
        out.flush();
      }
    } catch (IOException e) {
      end(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody interrupts the threads of this class
    }
  }

  private void read() {
    try (BufferedReader answers =
        new BufferedReader(new InputStreamReader(exchange.answer(), StandardCharsets.UTF_8))) {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (!line.isEmpty()) {
          told(StreamAnswer.read(line.getBytes(StandardCharsets.UTF_8)));
        }
      }
      end(new EOFException("the stream has ended"));
    } catch (IOException e) {
      end(e);
    } catch (RuntimeException e) { // what is said there cannot be read
      end(new IOException("what answers there is not a dispatcher", e));
    }
  }

  private void told(StreamAnswer answer) {
    JsonText ref = answer.ref();
    if (ref == null) {
      reason = answer.problem();
      return;
    }
    CompletableFuture<CallOutcome> outcome = awaited.remove(Long.parseLong(ref.text()));
    if (outcome != null) {
      credit.release();
      outcome.complete(outcome(answer));
    }
  }

  private static CallOutcome outcome(StreamAnswer answer) {
    TaskId id = answer.id();
    TaskState state = answer.state();
    if (id == null || state == null) {
      Problem problem = answer.problem();
      return new CallOutcome.Refused(
          problem == null ? Problem.malformed("the dispatcher does not say why") : problem);
    }
    TaskError error = answer.error();
    return switch (state) {
      case COMPLETED ->
          new CallOutcome.Completed(id, answer.result() == null ? JsonText.NULL : answer.result());
      case DEAD, CANCELLED, EXPIRED ->
          new CallOutcome.Failed(
              id,
              error != null
                  ? error
                  : new TaskError(TaskError.CANCELLED, "the task is " + state, false));
      // The dispatcher stops, and says how things stand.
      case SCHEDULED, QUEUED, RUNNING -> new CallOutcome.NoAnswer(id);
    };
  }

  private void end(IOException cause) {
    if (ended.compareAndSet(false, true)) {
      lines.add(END);
      try {
        exchange.close();
      } catch (IOException e) {
        // It is gone, which is all that is wanted.
      }
    }
    fail(cause);
  }

  /**
   * When the dispatcher has said why it ends the stream, what it has not answered was not taken.
   */
  private void fail(IOException cause) {
    Problem told = reason;
    for (Long ref : List.copyOf(awaited.keySet())) {
      CompletableFuture<CallOutcome> outcome = awaited.remove(ref);
      if (outcome != null) {
        credit.release();
        if (told == null) {
          outcome.completeExceptionally(new UnreachableException(dispatcher, cause));
        } else {
          outcome.complete(new CallOutcome.Refused(told));
        }
      }
    }
  }
}
