package tasknet.monitoring.logs;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.runtime.NanoClock;

/** {@code GET /api/logs}: what all services logged, the newest first. */
public final class LogsApi {
  /** A search takes a processor and some megabytes; more of them wait for their turn. */
  private static final int AT_A_TIME = 4;

  private static final int LONGEST_TURN_SECONDS = 10;

  private final LogSearch search;
  private final Semaphore turns = new Semaphore(AT_A_TIME, true);
  private final Timer searches;
  private final Counter failed;
  private final Counter stopped;
  private final Counter bytesRead;

  /**
   * @param folder into which all services log; it is read with each request
   */
  public LogsApi(Path folder, MeterRegistry meters) {
    search = new LogSearch(folder, LogSearch.MAX_READ, NanoClock.SYSTEM);
    searches =
        Timer.builder("tasknet.logs.searches").description("searches in the logs").register(meters);
    failed =
        Counter.builder("tasknet.logs.searches.failed")
            .description("searches that found no readable folder, or had to wait too long")
            .register(meters);
    stopped =
        Counter.builder("tasknet.logs.searches.stopped")
            .description("searches that ended because they had read as much as they may")
            .register(meters);
    bytesRead =
        Counter.builder("tasknet.logs.read.bytes")
            .description("bytes that searches read of log files")
            .register(meters);
  }

  public void routes(RoutesConfig routes) {
    routes.get("/api/logs", this::search);
  }

  private void search(Context context) throws InterruptedException {
    LogQuery query = LogQuery.of(context.queryParamMap());
    if (!turns.tryAcquire(LONGEST_TURN_SECONDS, TimeUnit.SECONDS)) {
      throw failed(Problem.of(503, "busy", "Busy", "too many searches in the logs; try again"));
    }
    Timer.Sample begun = Timer.start();
    try {
      LogPage page = search.page(query);
      bytesRead.increment((double) page.bytesRead());
      if (page.stopped()) {
        stopped.increment();
      }
      context.json(page);
    } catch (IOException e) {
      throw failed(
          Problem.of(503, "no-logs", "The logs cannot be read", String.valueOf(e.getMessage())));
    } finally {
      begun.stop(searches);
      turns.release();
    }
  }

  private ProblemException failed(Problem problem) {
    failed.increment();
    return new ProblemException(problem);
  }
}
