package tasknet.dispatcher.lookup;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import tasknet.http.JsonClient;
import tasknet.registry.WorkerList;
import tasknet.runtime.Backoff;

/**
 * Follows the registry of the nameservice by blocking queries, and hands on each list. While the
 * nameservice is away the last list stands, so work goes on.
 */
public final class WorkerDirectory implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = WAIT.plusSeconds(5);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(1), 0.2);

  /** After an answer without news, in case that the nameservice does not wait. */
  private static final Duration NO_NEWS = Duration.ofMillis(100);

  private final JsonClient nameservice;
  private final Consumer<WorkerList> listener;
  private final Logger log;
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean answered;
  private boolean failing = true;

  /**
   * @param listener told on the directory's thread
   */
  public WorkerDirectory(JsonClient nameservice, Consumer<WorkerList> listener, Logger log) {
    this.nameservice = nameservice;
    this.listener = listener;
    this.log = log;
    this.thread = Thread.ofVirtual().name("worker-directory").unstarted(this::follow);
  }

  public void start() {
    thread.start();
  }

  /** Whether a list was received since the start; it stands, even if no other can be had. */
  public boolean hasAnswered() {
    return answered;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    long revision = -1;
    int failures = 0;
    boolean goOn = true;
    while (goOn && !closed) {
      try {
        WorkerList list = ask(revision);
        boolean news = list.revision() != revision;
        tell(list); // also without news: after its restart it may be another list
        revision = list.revision();
        failures = 0;
        if (!news) {
          goOn = pause(NO_NEWS);
        }
      } catch (InterruptedException e) {
        goOn = false;
      } catch (IOException | RuntimeException e) { // the latter also for a fault of the listener
        failures++;
        complain(failures, e);
        goOn = pause(BACKOFF.after(failures, RandomGenerator.getDefault()));
      }
    }
  }

  private void tell(WorkerList list) {
    listener.accept(list);
    if (failing) {
      log.info("nameservice answers url={} workers={}", nameservice.base(), list.workers().size());
    }
    failing = false;
    answered = true;
  }

  private void complain(int failures, Exception e) {
    if (failures == 1) {
      log.warn(
          "nameservice does not answer, the last known workers stand url={} cause={}",
          nameservice.base(),
          e.toString());
    }
    failing = true;
  }

  private WorkerList ask(long revision) throws IOException, InterruptedException {
    // The first query after a failure does not wait, so that being back is seen at once.
    return revision < 0 || failing
        ? nameservice.get("/workers", WorkerList.class)
        : nameservice.get(
            "/workers?after=" + revision + "&wait=" + WAIT.toSeconds() + "s",
            WorkerList.class,
            PATIENCE);
  }

  private static boolean pause(Duration duration) {
    try {
      Thread.sleep(duration);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
