package tasknet.dispatcher.api;

import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.store.TaskStore;
import tasknet.dispatcher.task.TypeRules;
import tasknet.http.BulkAnswer;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskIds;
import tasknet.task.TraceContext;

/** {@code POST /tasks} with one task a line, as many as there are. */
final class BulkApi {
  private static final LineAnswers.Kind KIND =
      new LineAnswers.Kind(
          "bulk",
          (line, id, state, result, error, problem) ->
              new BulkAnswer(line.number(), id, state, result, error, problem),
          false);

  private final DispatchLoop loop;
  private final TaskStore store;
  private final Admission admission;
  private final MemoryPatience memory;
  private final TaskIds ids;
  private final TypeRules rules;
  private final InstantSource clock;
  private final int longestLine;
  private final Duration pulse;
  private final Logger log;
  private final LineCounters counters = new LineCounters();

  /**
   * @param longestLine how many bytes a line may have
   * @param pulse how long a client that waits hears nothing
   */
  BulkApi(
      DispatchLoop loop,
      TaskStore store,
      Admission admission,
      MemoryPatience memory,
      TaskIds ids,
      TypeRules rules,
      InstantSource clock,
      int longestLine,
      Duration pulse,
      Logger log) {
    this.loop = loop;
    this.store = store;
    this.admission = admission;
    this.memory = memory;
    this.ids = ids;
    this.rules = rules;
    this.clock = clock;
    this.longestLine = longestLine;
    this.pulse = pulse;
    this.log = log;
  }

  LineCounters counters() {
    return counters;
  }

  /** Whether the body is one task a line. */
  static boolean isBulk(Context context) {
    String type = context.contentType();
    return type != null
        && type.toLowerCase(Locale.ROOT)
            .replaceFirst(";.*", "")
            .strip()
            .equals(BulkAnswer.MEDIA_TYPE);
  }

  /**
   * Reads, and answers at the same time; blocks its virtual thread until both are done.
   *
   * @param trace of all its tasks; null for none
   */
  void submit(Context context, @Nullable TraceContext trace)
      throws IOException, InterruptedException {
    String key = context.header("Idempotency-Key");
    if (key != null) {
      throw new InvalidValueException(
          "Idempotency-Key", key, "left out of a bulk submission: it is for one task");
    }
    Duration wait = Waits.preferredByBulk(context.header("Prefer"));
    LineReader lines = new LineReader(context.req().getInputStream(), longestLine);
    context.res().setStatus(200);
    context.res().setContentType(BulkAnswer.MEDIA_TYPE);
    context.res().setHeader("X-Accel-Buffering", "no");
    LineAnswers answers =
        new LineAnswers(context.res().getOutputStream(), KIND, store, counters, log, pulse);
    BulkSubmission submission =
        new BulkSubmission(
            lines,
            answers,
            wait.isPositive(),
            loop,
            admission,
            memory,
            ids,
            rules,
            trace,
            clock,
            counters);
    counters.open.incrementAndGet();
    try {
      submission.run(wait, longestLine);
    } finally {
      counters.open.decrementAndGet();
    }
  }
}
