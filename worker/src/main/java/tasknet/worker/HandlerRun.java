package tasknet.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.NanoClock;
import tasknet.task.AttemptId;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TraceContext;
import tasknet.tracing.HandlerSpan;
import tasknet.worker.handler.InvalidPayloadException;
import tasknet.worker.handler.TaskContext;
import tasknet.worker.handler.TaskFailedException;
import tasknet.worker.handler.TaskHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * One run of a handler, on a thread that it is given, and what the handler sees of its attempt.
 * Whatever the handler does ends in exactly one outcome, or in none when it never returns.
 */
final class HandlerRun implements Executions.Run, TaskContext, Runnable {
  /** Code points of an error's message. */
  static final int LONGEST_MESSAGE = 300;

  private static final int LONGEST_NOTE = 200;
  private static final long BETWEEN_PROGRESS = Duration.ofSeconds(1).toNanos();

  private final TaskHandler handler;
  private final AttemptId attempt;
  private final long deadline;
  private final int mostBytes;
  private final NanoClock clock;
  private final Listener listener;
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final AtomicLong nextProgress;
  private final Object threadLock = new Object();
  private final PayloadSource source;
  private final Supplier<HandlerSpan> span;
  private volatile @Nullable TraceContext trace;
  private @Nullable Thread thread;
  private boolean interrupted;
  private @Nullable Outcome atOnce;

  /** Where the payload comes from. */
  interface PayloadSource {
    /**
     * The payload, fetched where it has to be.
     *
     * @throws IOException if it cannot be had
     */
    JsonText get(Duration timeLeft) throws IOException, InterruptedException;
  }

  /** Told what the handler did, on the handler's thread. */
  interface Listener {
    void ended(HandlerRun run, Outcome outcome);

    void progressed(HandlerRun run, int percent, String note);
  }

  /**
   * @param deadline on the nano clock
   * @param mostBytes how large a result may be
   * @param span begins on the handler's thread
   */
  HandlerRun(
      TaskHandler handler,
      AttemptId attempt,
      PayloadSource source,
      long deadline,
      int mostBytes,
      Supplier<HandlerSpan> span,
      NanoClock clock,
      Listener listener) {
    this.handler = handler;
    this.attempt = attempt;
    this.source = source;
    this.deadline = deadline;
    this.mostBytes = mostBytes;
    this.span = span;
    this.clock = clock;
    this.listener = listener;
    this.nextProgress = new AtomicLong(clock.nanoTime());
  }

  @Override
  public void run() {
    listener.ended(this, toItsEnd());
  }

  /** The same on the thread that starts it, which asks for the outcome afterwards. */
  void runAtOnce() {
    atOnce = toItsEnd();
  }

  @Override
  public @Nullable Outcome outcome() {
    return atOnce;
  }

  private Outcome toItsEnd() {
    synchronized (threadLock) {
      thread = Thread.currentThread();
      if (interrupted) {
        thread.interrupt();
      }
    }
    Outcome outcome = traced();
    synchronized (threadLock) {
      thread = null;
    }
    // The thread may serve another attempt, which nobody has interrupted.
    Thread.interrupted();
    return outcome;
  }

  private Outcome traced() {
    try (HandlerSpan running = span.get()) {
      trace = running.context();
      Outcome outcome = handled();
      running.ended(outcome);
      return outcome;
    } catch (RuntimeException | LinkageError e) { // a trace must not leave the attempt without end
      return crashed(e);
    }
  }

  /** Everything is caught: a faulty handler hurts its own attempt and nothing else. */
  private Outcome handled() {
    try {
      return ResultText.of(handler.handle(payload(), this), mostBytes);
    } catch (InvalidPayloadException e) {
      return failed(TaskError.INVALID_PAYLOAD, OneLine.of(e.getMessage(), LONGEST_MESSAGE), false);
    } catch (TaskFailedException e) {
      return failed(e.code(), OneLine.of(e.getMessage(), LONGEST_MESSAGE), e.retryable());
    } catch (Throwable e) {
      return crashed(e);
    }
  }

  private JsonNode payload() throws InterruptedException {
    try {
      return PlainText.tree(source.get(timeLeft()));
    } catch (IOException e) {
      throw new TaskFailedException(
          TaskError.PAYLOAD_UNAVAILABLE, "the payload cannot be fetched: " + e.getMessage(), true);
    } catch (JacksonException e) {
      throw new InvalidPayloadException("the payload cannot be read: " + e.getOriginalMessage());
    }
  }

  /** What became of a run that could not even begin, or that threw anything. */
  static Outcome crashed(Throwable e) {
    String simple = e.getClass().getSimpleName();
    String name = simple.isEmpty() ? e.getClass().getName() : simple;
    String message;
    try {
      message = e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
    } catch (RuntimeException | StackOverflowError faulty) {
      message = null;
    }
    return failed(
        TaskError.HANDLER_FAILED,
        OneLine.of(message == null ? name : name + ": " + message, LONGEST_MESSAGE),
        true);
  }

  private static Outcome failed(String code, String message, boolean retryable) {
    return new Outcome.Failed(new TaskError(code, message, retryable));
  }

  @Override
  public void cancel() {
    cancelled.countDown();
  }

  @Override
  public void interrupt() {
    synchronized (threadLock) {
      interrupted = true;
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  @Override
  public AttemptId attempt() {
    return attempt;
  }

  @Override
  public @Nullable TraceContext trace() {
    return trace;
  }

  @Override
  public Duration timeLeft() {
    return Duration.ofNanos(Math.max(0, deadline - clock.nanoTime()));
  }

  @Override
  public boolean cancelled() {
    return cancelled.getCount() == 0;
  }

  @Override
  public boolean sleep(Duration duration) {
    try {
      return !cancelled.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void progress(int percent, String note) {
    long now = clock.nanoTime();
    long next = nextProgress.get();
    if (now - next >= 0 && nextProgress.compareAndSet(next, now + BETWEEN_PROGRESS)) {
      listener.progressed(this, Math.clamp(percent, 0, 100), OneLine.of(note, LONGEST_NOTE));
    }
  }
}
