package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import tasknet.http.BulkAnswer;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.http.RequestSpans;
import tasknet.http.StreamAnswer;

/**
 * {@code POST /tasks/stream}: tasks in and results out, over one connection, as long as it lasts.
 */
final class StreamApi {
  static final String PATH = "/tasks/stream";

  private static final LineAnswers.Kind KIND =
      new LineAnswers.Kind(
          "stream",
          (line, id, state, result, error, problem) ->
              new StreamAnswer(
                  line.ref(),
                  line.ref() == null ? line.number() : null,
                  id,
                  state,
                  result,
                  error,
                  problem),
          true);

  private final StreamSubmission.Context context;
  private final Duration pulse;
  private final Logger log;
  private final Set<StreamSubmission> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param pulse how long a client hears nothing
   */
  StreamApi(StreamSubmission.Context context, Duration pulse, Logger log) {
    this.context = context;
    this.pulse = pulse;
    this.log = log;
  }

  void routes(RoutesConfig routes) {
    routes.post(PATH, this::stream);
  }

  LineCounters counters() {
    return context.counters();
  }

  /** Ends all streams, and those to come. */
  void close() {
    closed = true;
    open.forEach(StreamSubmission::stop);
  }

  /** Reads and answers at the same time; blocks its virtual thread until the stream ends. */
  private void stream(Context http) throws IOException, InterruptedException {
    if (!BulkApi.isBulk(http)) {
      throw new ProblemException(
          Problem.of(
              415,
              "unsupported-media-type",
              "Unsupported media type",
              "a stream has one task a line: Content-Type: " + BulkAnswer.MEDIA_TYPE));
    }
    LineReader lines = new LineReader(http.req().getInputStream(), context.longestLine());
    http.res().setStatus(200);
    http.res().setContentType(BulkAnswer.MEDIA_TYPE);
    http.res().setHeader("X-Accel-Buffering", "no");
    http.res().setHeader(StreamAnswer.CREDIT, String.valueOf(LineAnswers.WINDOW));
    LineAnswers answers =
        new LineAnswers(
            http.res().getOutputStream(), KIND, context.store(), context.counters(), log, pulse);
    StreamSubmission stream =
        new StreamSubmission(context, lines, answers, RequestSpans.ofClient(http));
    open.add(stream);
    context.counters().open.incrementAndGet();
    try {
      if (closed) {
        stream.stop();
      }
      stream.run();
    } finally {
      context.counters().open.decrementAndGet();
      open.remove(stream);
    }
  }
}
