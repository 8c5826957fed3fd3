package tasknet.dispatcher.api;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.TaskEnd;
import tasknet.dispatcher.task.QueuedTask;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.BulkAnswer;
import tasknet.http.HttpServer;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TraceContext;

/** One bulk submission: reads line after line, hands each in, and sees that each is answered. */
final class BulkSubmission {
  /** How long a line waits for room in a queue that is full, before it is refused. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How much of the lines may be in memory that are not in the store yet. */
  private static final int UNKEPT_BYTES = 8 << 20;

  private static final Duration PAUSE = Duration.ofMillis(20);

  /** Longer than anybody waits; the submission ends the waits itself. */
  private static final Duration UNTIL_TOLD = Duration.ofDays(1);

  private final LineReader lines;
  private final BulkAnswers answers;
  private final DispatchLoop loop;
  private final Admission admission;
  private final TaskIds ids;
  private final TypeRules rules;
  private final @Nullable TraceContext trace;
  private final InstantSource clock;
  private final BulkCounters counters;
  private final Semaphore unkept = new Semaphore(UNKEPT_BYTES);
  private final Map<Long, CompletableFuture<@Nullable TaskEnd>> awaited = new ConcurrentHashMap<>();

  BulkSubmission(
      LineReader lines,
      BulkAnswers answers,
      DispatchLoop loop,
      Admission admission,
      TaskIds ids,
      TypeRules rules,
      @Nullable TraceContext trace,
      InstantSource clock,
      BulkCounters counters) {
    this.lines = lines;
    this.answers = answers;
    this.loop = loop;
    this.admission = admission;
    this.ids = ids;
    this.rules = rules;
    this.trace = trace;
    this.clock = clock;
    this.counters = counters;
  }

  /**
   * Returns when the last answer is written, or the client has gone.
   *
   * @param wait how long, after the last line was read, tasks are waited for
   */
  void run(Duration wait, int longestLine) throws InterruptedException {
    answers.start();
    answers.whenGone(this::waitNoLonger);
    try {
      readAll(longestLine);
      answers.whenGone(this::waitNoLonger); // also for those that came while it went
      if (!answers.areAllGiven(answers.areAwaited() ? wait : UNTIL_TOLD)) {
        waitNoLonger();
        answers.areAllGiven(UNTIL_TOLD);
      }
    } finally {
      waitNoLonger();
      answers.close();
    }
  }

  private void waitNoLonger() {
    awaited.values().forEach(end -> end.complete(null));
  }

  private void readAll(int longestLine) throws InterruptedException {
    boolean open = true;
    while (open && !answers.clientIsGone()) {
      byte[] line = next();
      if (line == null) {
        return;
      }
      counters.lines.increment();
      answers.reserve();
      try {
        if (lines.wasTooLong()) {
          String detail = "the line is longer than " + longestLine + " bytes";
          throw new ProblemException(Problem.of(413, "too-large", "Too large", detail));
        }
        TaskRequest request = Submission.read(line, rules, clock.instant());
        submit(
            lines.number(),
            trace == null ? request : request.with(request.terms().withTrace(trace)));
      } catch (RuntimeException e) {
        Problem problem = HttpServer.problem(e);
        refuse(lines.number(), problem);
        open = problem.status() != 503;
      }
    }
  }

  private byte @Nullable [] next() {
    try {
      return lines.next();
    } catch (IOException e) {
      answers.hungUp(e);
      return null;
    }
  }

  private void submit(long line, TaskRequest request) throws InterruptedException {
    TaskId id = ids.next();
    if (answers.areAwaited()) {
      submitAndAwait(line, id, request);
    } else { // also one that is not durable, as else nothing would bound what is to be kept
      var _ =
          admitted(id, request)
              .whenComplete(
                  (task, refusal) -> {
                    if (refusal == null) {
                      answers.add(BulkAnswer.of(line, id, task.status().state()));
                    } else {
                      refuse(line, HttpServer.problem(refusal));
                    }
                  });
    }
  }

  private void submitAndAwait(long line, TaskId id, TaskRequest request)
      throws InterruptedException {
    CompletableFuture<@Nullable TaskEnd> end = loop.waiters().await(id, UNTIL_TOLD);
    awaited.put(line, end);
    CompletableFuture<?> kept;
    try {
      kept = admitted(id, request);
    } catch (RuntimeException e) {
      awaited.remove(line);
      end.complete(null);
      throw e;
    }
    var _ =
        kept.whenComplete(
            (_, refusal) -> {
              if (refusal != null) {
                end.completeExceptionally(refusal);
              }
            });
    var _ =
        end.whenComplete(
            (ended, refusal) -> {
              awaited.remove(line);
              if (refusal != null) {
                refuse(line, HttpServer.problem(refusal));
              } else if (ended == null) {
                answers.asItStands(line, id);
              } else {
                answers.ended(line, id, ended);
              }
            });
  }

  /**
   * A full queue holds the stream back for a while; then the line is refused. So do lines that are
   * large and not in the store yet.
   */
  private CompletableFuture<QueuedTask> admitted(TaskId id, TaskRequest request)
      throws InterruptedException {
    int bytes = Math.min(UNKEPT_BYTES, 1 + request.payload().text().length());
    unkept.acquire(bytes);
    try {
      return patiently(id, request).whenComplete((_, _) -> unkept.release(bytes));
    } catch (RuntimeException | InterruptedException e) {
      unkept.release(bytes);
      throw e;
    }
  }

  private CompletableFuture<QueuedTask> patiently(TaskId id, TaskRequest request)
      throws InterruptedException {
    long tries = PATIENCE.dividedBy(PAUSE);
    while (true) {
      try {
        return admission.submit(id, request);
      } catch (ProblemException e) {
        if (e.problem().status() != 429 || --tries < 0 || answers.clientIsGone()) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private void refuse(long line, Problem problem) {
    counters.refused.increment();
    answers.add(BulkAnswer.refused(line, problem));
  }
}
