package tasknet.dispatcher.api;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.TaskEnd;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.HttpServer;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.task.TaskId;
import tasknet.task.TaskIds;
import tasknet.task.TaskRequest;
import tasknet.task.TraceContext;

/** One bulk submission: reads line after line, hands each in, and sees that each is answered. */
final class BulkSubmission {
  /** Longer than anybody waits; the submission ends the waits itself. */
  private static final Duration UNTIL_TOLD = Duration.ofDays(1);

  private final LineReader lines;
  private final LineAnswers answers;
  private final boolean awaited;
  private final DispatchLoop loop;
  private final PatientAdmission admission;
  private final TaskIds ids;
  private final TypeRules rules;
  private final @Nullable TraceContext trace;
  private final InstantSource clock;
  private final LineCounters counters;
  private final Map<Long, CompletableFuture<@Nullable TaskEnd>> ends = new ConcurrentHashMap<>();

  /**
   * @param awaited whether lines are answered when their tasks have ended
   */
  BulkSubmission(
      LineReader lines,
      LineAnswers answers,
      boolean awaited,
      DispatchLoop loop,
      Admission admission,
      MemoryPatience memory,
      TaskIds ids,
      TypeRules rules,
      @Nullable TraceContext trace,
      InstantSource clock,
      LineCounters counters) {
    this.lines = lines;
    this.answers = answers;
    this.awaited = awaited;
    this.loop = loop;
    this.admission = new PatientAdmission(admission, memory, counters, answers::clientIsGone);
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
      if (!answers.areAllGiven(awaited ? wait : UNTIL_TOLD)) {
        waitNoLonger();
        answers.areAllGiven(UNTIL_TOLD);
      }
    } finally {
      waitNoLonger();
      answers.close();
    }
  }

  private void waitNoLonger() {
    ends.values().forEach(end -> end.complete(null));
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
        submit(line(), Submission.read(line, rules, clock.instant(), trace));
      } catch (RuntimeException e) {
        Problem problem = HttpServer.problem(e);
        answers.refused(line(), problem);
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

  private void submit(LineAnswers.Line line, TaskRequest request) throws InterruptedException {
    TaskId id = ids.next();
    if (awaited) {
      submitAndAwait(line, id, request);
    } else {
      var _ =
          admission
              .submit(id, request)
              .whenComplete(
                  (task, refusal) -> {
                    if (refusal == null) {
                      answers.kept(line, id, task.status().state());
                    } else {
                      answers.refused(line, HttpServer.problem(refusal));
                    }
                  });
    }
  }

  private void submitAndAwait(LineAnswers.Line line, TaskId id, TaskRequest request)
      throws InterruptedException {
    CompletableFuture<@Nullable TaskEnd> end = loop.waiters().await(id);
    ends.put(line.number(), end);
    CompletableFuture<?> kept;
    try {
      kept = admission.submit(id, request);
    } catch (RuntimeException e) {
      ends.remove(line.number());
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
              ends.remove(line.number());
              answers.answered(line, id, ended, refusal);
            });
  }

  private LineAnswers.Line line() {
    return new LineAnswers.Line(lines.number(), null, null);
  }
}
