package tasknet.monitoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import tasknet.http.Json;
import tasknet.http.PlainClient;
import tasknet.http.ProblemException;
import tasknet.monitoring.containers.ContainerEvent;
import tasknet.monitoring.containers.EventKind;
import tasknet.monitoring.containers.Exit;
import tasknet.registry.DeathReport;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerList;
import tasknet.runtime.Backoff;
import tasknet.runtime.NanoClock;

/**
 * Tells the nameservice that a worker is dead when its container died, so that nobody has to wait
 * until its heartbeat is missed.
 */
final class DeathReports implements Consumer<ContainerEvent>, AutoCloseable {
  private static final int SERVER_ERROR = 500;
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(1);

  /** After that the registration has expired by itself. */
  private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(5);

  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(50), 2, Duration.ofMillis(500), 0);

  private final PlainClient nameservice;
  private final NanoClock clock;
  private final MeterRegistry meters;
  private final Logger log;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  DeathReports(URI nameservice, NanoClock clock, MeterRegistry meters, Logger log) {
    this.nameservice = new PlainClient(nameservice, CALL_TIMEOUT);
    this.clock = clock;
    this.meters = meters;
    this.log = log;
    for (Result result : Result.values()) {
      count(result, 0);
    }
  }

  /** Calls the nameservice once, so that the first report need not wait for classes to load. */
  void start() {
    threads.execute(
        () -> {
          try {
            nameservice.get("/workers", WorkerList.class);
          } catch (IOException | ProblemException e) {
            log.debug("the nameservice does not answer yet: {}", e.toString());
          }
        });
  }

  /** Hears an event; what is to be reported is reported by a thread of its own. */
  @Override
  public void accept(ContainerEvent event) {
    if (event.kind() == EventKind.DIE) {
      threads.execute(() -> report(event));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }

  private enum Result {
    ACCEPTED,
    REFUSED,
    UNANSWERED
  }

  private void report(ContainerEvent event) {
    long from = clock.nanoTime();
    try {
      for (int failures = 1; ; failures++) {
        String failure;
        try {
          tell(event);
          return;
        } catch (ProblemException e) {
          failure = e.problem().detail();
        } catch (IOException e) {
          failure = e.toString();
        }
        if (clock.nanoTime() - from > GIVE_UP_AFTER.toNanos()) {
          count(Result.UNANSWERED, 1);
          log.warn("the death of container {} was not told: {}", event.name(), failure);
          return;
        }
        Thread.sleep(BACKOFF.after(failures, RandomGenerator.getDefault()));
      }
    } catch (InterruptedException e) {
      // It is being closed.
    }
  }

  /** Throws when it should be tried again. */
  private void tell(ContainerEvent event) throws IOException {
    List<RegisteredWorker> dead =
        nameservice.get("/workers", WorkerList.class).workers().stream()
            .filter(worker -> isOf(event, worker))
            .toList();
    for (RegisteredWorker worker : dead) {
      tell(event, worker);
    }
  }

  private void tell(ContainerEvent event, RegisteredWorker worker) throws IOException {
    Exit exit = event.exit();
    String cause = exit == null ? "its container was started anew" : exit.text();
    DeathReport death = new DeathReport(worker.registration().epoch(), cause);
    try {
      nameservice.call(
          "POST", "/workers/" + worker.id() + "/death", Json.mapper().writeValueAsBytes(death));
      count(Result.ACCEPTED, 1);
      log.info(
          "container {} died: {}; the nameservice was told worker={}",
          event.name(),
          cause,
          worker.id());
    } catch (ProblemException e) {
      if (e.problem().status() >= SERVER_ERROR) {
        throw e;
      }
      count(Result.REFUSED, 1);
      log.info(
          "container {} died: {}; the nameservice knows better: {} worker={}",
          event.name(),
          cause,
          e.problem().detail(),
          worker.id());
    }
  }

  /**
   * Whether a registration is that of a process that ended with the container. In a container the
   * host name is its short id; of a worker that does not say where it runs, the address tells.
   */
  static boolean isOf(ContainerEvent event, RegisteredWorker worker) {
    Registration registration = worker.registration();
    String hostname = registration.hostname();
    boolean there =
        hostname == null
            ? event.addresses().contains(registration.host())
            : hostname.equals(event.shortId());
    return there && !worker.fixed() && registration.startedAt().isBefore(event.at());
  }

  private void count(Result result, int times) {
    Counter.builder("tasknet.deaths.reported")
        .description("Reports of deaths to the nameservice, by what it said")
        .tag("result", result.name().toLowerCase(Locale.ROOT))
        .register(meters)
        .increment(times);
  }
}
