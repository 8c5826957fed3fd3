package tasknet.dispatcher.api;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.TaskEnd;
import tasknet.dispatcher.store.Addition;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.SubmissionKey;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.HttpServer;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.http.RequestSpan;
import tasknet.http.RequestSpans;
import tasknet.http.StreamAnswer;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TaskState;
import tasknet.task.TaskStatus;
import tasknet.task.TraceContext;

/**
 * One stream: reads line after line, hands each in, and answers each when its task has ended. It
 * ends when the client has sent its last line and all are answered, when the client has gone, or
 * when the dispatcher stops. Tasks that were taken go on without it.
 */
final class StreamSubmission {
  /** Nobody waits for as long. */
  private static final Duration FOR_EVER = Duration.ofDays(10_000);

  /**
   * What all streams share.
   *
   * @param executor where the store is asked
   * @param longestLine how many bytes a line may have
   */
  record Context(
      DispatchLoop loop,
      TaskStore store,
      Admission admission,
      MemoryPatience memory,
      TaskIds ids,
      TypeRules rules,
      IdempotencyKeys keys,
      RequestSpans spans,
      InstantSource clock,
      Executor executor,
      int longestLine,
      LineCounters counters) {}

  private final Context context;
  private final LineReader lines;
  private final LineAnswers answers;
  private final @Nullable TraceContext trace;
  private final PatientAdmission admission;
  private final Map<Long, CompletableFuture<@Nullable TaskEnd>> ends = new ConcurrentHashMap<>();
  private @Nullable Thread reader;
  private boolean stopped;

  /**
   * @param trace of the lines that have none of their own; null for none
   */
  StreamSubmission(
      Context context, LineReader lines, LineAnswers answers, @Nullable TraceContext trace) {
    this.context = context;
    this.lines = lines;
    this.answers = answers;
    this.trace = trace;
    this.admission =
        new PatientAdmission(
            context.admission(), context.memory(), context.counters(), answers::clientIsGone);
  }

  /** Returns when the stream has ended. */
  void run() throws InterruptedException {
    answers.start();
    answers.whenGone(this::waitNoLonger);
    try {
      begin();
      readAll();
      answers.whenGone(this::waitNoLonger); // also for those that came while it went
      answers.areAllGiven(FOR_EVER);
    } catch (InterruptedException e) {
      // It is to stop.
    } finally {
      boolean early = isStopped();
      waitNoLonger();
      if (early) {
        answers.note(StreamAnswer.end(stopping()));
      }
      answers.close();
    }
  }

  /** Reads no more, answers what is under way as it stands, says so, and ends. For any thread. */
  synchronized void stop() {
    stopped = true;
    if (reader != null) {
      reader.interrupt(); // it may wait for a client that says nothing
    }
  }

  private synchronized void begin() throws InterruptedException {
    if (stopped) {
      throw new InterruptedException();
    }
    reader = Thread.currentThread();
  }

  /** From now on nobody is interrupted. */
  private synchronized boolean isStopped() {
    reader = null;
    boolean _ = Thread.interrupted();
    return stopped;
  }

  private static Problem stopping() {
    return Problem.of(
        503, "draining", "Draining", "the dispatcher is stopping; what was taken goes on later");
  }

  private void waitNoLonger() {
    ends.values().forEach(end -> end.complete(null));
  }

  private void readAll() throws InterruptedException {
    boolean open = true;
    while (open && !answers.clientIsGone()) {
      byte[] text = next();
      if (text == null) {
        return;
      }
      context.counters().lines.increment();
      answers.reserve();
      LineAnswers.Line line = null;
      try {
        if (lines.wasTooLong()) {
          String detail = "the line is longer than " + context.longestLine() + " bytes";
          throw new ProblemException(Problem.of(413, "too-large", "Too large", detail));
        }
        StreamLine sent = StreamLine.read(text);
        TraceContext client = client(sent);
        line = line(sent, client);
        submit(line, sent, line.span() == null ? client : line.span().own());
      } catch (RuntimeException e) {
        Problem problem = HttpServer.problem(e);
        answers.refused(line == null ? unreadable(text) : line, problem);
        open = problem.status() != 503;
      }
    }
  }

  private byte @Nullable [] next() throws InterruptedException {
    try {
      return lines.next();
    } catch (IOException e) {
      synchronized (this) {
        if (stopped) {
          throw new InterruptedException();
        }
      }
      answers.hungUp(e);
      return null;
    }
  }

  /** Each line is a request of its own for who looks at traces. */
  private LineAnswers.Line line(StreamLine sent, @Nullable TraceContext client) {
    RequestSpan span = context.spans().begin("POST " + StreamApi.PATH, client);
    return new LineAnswers.Line(lines.number(), sent.ref(), span);
  }

  private LineAnswers.Line unreadable(byte[] text) {
    return new LineAnswers.Line(lines.number(), StreamLine.ref(text), null);
  }

  private @Nullable TraceContext client(StreamLine sent) {
    TraceContext own = sent.trace();
    return own == null ? trace : own;
  }

  private void submit(LineAnswers.Line line, StreamLine sent, @Nullable TraceContext parent)
      throws InterruptedException {
    Instant now = context.clock().instant();
    TaskRequest request = sent.request(context.rules(), now, parent);
    String key = sent.idempotencyKey();
    if (key == null) {
      submit(line, request, sent.isToBeAcknowledged());
    } else {
      SubmissionKey once = context.keys().ofLine(key, sent.content(), now);
      submitOnce(line, request, once, sent.isToBeAcknowledged());
    }
  }

  private void submit(LineAnswers.Line line, TaskRequest request, boolean ack)
      throws InterruptedException {
    TaskId id = context.ids().next();
    CompletableFuture<@Nullable TaskEnd> end = awaited(line, id);
    CompletableFuture<QueuedTask> kept;
    try {
      kept = admission.submit(id, request);
    } catch (RuntimeException | InterruptedException e) {
      ends.remove(line.number());
      end.complete(null);
      throw e;
    }
    boolean late = ack && request.terms().durable();
    if (ack && !late) {
      boolean delayed = request.terms().runAt() != null;
      answers.accepted(line, id, delayed ? TaskState.SCHEDULED : TaskState.QUEUED);
    }
    CompletableFuture<QueuedTask> told =
        kept.whenComplete(
            (task, refusal) -> {
              if (refusal != null) {
                end.completeExceptionally(refusal);
              } else if (late) {
                answers.accepted(line, id, task.status().state());
              }
            });
    // Who is told of the beginning is told of it before the end.
    answerAt(line, id, late ? told.thenCombine(end, (_, ended) -> ended) : end);
  }

  private void submitOnce(
      LineAnswers.Line line, TaskRequest request, SubmissionKey key, boolean ack)
      throws InterruptedException {
    CompletableFuture<Addition> added = admission.submitOnce(context.ids().next(), request, key);
    var _ =
        added
            .thenAcceptAsync(addition -> follow(line, addition, key, ack), context.executor())
            .whenComplete(
                (_, refusal) -> {
                  if (refusal != null) {
                    answers.refused(line, HttpServer.problem(refusal));
                  }
                });
  }

  /** Answers when a task ends that may have ended already. */
  private void follow(LineAnswers.Line line, Addition addition, SubmissionKey key, boolean ack) {
    TaskId id = Keyed.of(addition, key, context.store()).id();
    CompletableFuture<@Nullable TaskEnd> end = awaited(line, id);
    // Looked up now that somebody waits, so that an end in between is not missed.
    Optional<TaskStatus> now = context.store().find(id);
    if (now.isEmpty() || now.get().state().ended() || answers.clientIsGone()) {
      end.complete(null);
    } else if (ack) {
      answers.accepted(line, id, now.get().state());
    }
    answerAt(line, id, end);
  }

  private CompletableFuture<@Nullable TaskEnd> awaited(LineAnswers.Line line, TaskId id) {
    CompletableFuture<@Nullable TaskEnd> end = context.loop().waiters().await(id);
    ends.put(line.number(), end);
    return end;
  }

  private void answerAt(
      LineAnswers.Line line, TaskId id, CompletableFuture<@Nullable TaskEnd> end) {
    var _ =
        end.whenComplete(
            (ended, refusal) -> {
              ends.remove(line.number());
              answers.answered(line, id, ended, refusal);
            });
  }
}
