package tasknet.monitoring;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tasknet.http.JsonClient;
import tasknet.http.ProblemException;
import tasknet.registry.WorkerList;
import tasknet.runtime.NanoClock;

/** Asks the other services how they are: live, in parallel, and never longer than the timeout. */
final class ServiceChecks implements AutoCloseable {
  /** How long a service may take to answer before it counts as down. */
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  /**
   * What all of them answered.
   *
   * @param services the dispatcher and the nameservice
   * @param types the workers of each type, desired and actual
   * @param declared where the desired ones come from; null when nothing says it
   */
  record Report(
      List<ServiceState> services,
      KnownWorkers workers,
      List<TypeWorkers> types,
      @Nullable Declared declared) {}

  /**
   * The file with the workers that should be there.
   *
   * @param error why it cannot be read; what it said before stands
   */
  record Declared(String file, @Nullable String error) {}

  private final JsonClient dispatcher;
  private final JsonClient nameservice;
  private final DeclaredWorkers declared;
  private final NanoClock clock;

  ServiceChecks(MonitoringSettings settings, NanoClock clock) {
    this.dispatcher = new JsonClient(settings.dispatcher(), TIMEOUT);
    this.nameservice = new JsonClient(settings.nameservice(), TIMEOUT);
    this.declared = new DeclaredWorkers(settings.workersFile());
    this.clock = clock;
  }

  /** Asks now. */
  Report report() {
    Future<ServiceState> first;
    Future<ServiceState> second;
    Future<KnownWorkers> workers;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      first = threads.submit(() -> state("dispatcher", dispatcher));
      second = threads.submit(() -> state("nameservice", nameservice));
      workers = threads.submit(this::workers);
    }
    KnownWorkers known = workers.resultNow();
    DeclaredWorkers.Now should = declared.now();
    return new Report(
        List.of(first.resultNow(), second.resultNow()),
        known,
        TypeWorkers.of(should.entries(), known),
        should.file() == null ? null : new Declared(should.file().toString(), should.error()));
  }

  @Override
  public void close() {
    nameservice.close();
    dispatcher.close();
  }

  private ServiceState state(String name, JsonClient service) throws InterruptedException {
    long asked = clock.nanoTime();
    try {
      var _ = service.send("GET", "/health/ready", null, TIMEOUT, Map.of());
      return new ServiceState(name, service.base(), true, true, null, since(asked));
    } catch (ProblemException e) {
      String reason = e.problem().detail();
      return new ServiceState(name, service.base(), true, false, reason, since(asked));
    } catch (IOException e) {
      return new ServiceState(name, service.base(), false, false, reason(e, service), null);
    }
  }

  private KnownWorkers workers() throws InterruptedException {
    try {
      return KnownWorkers.of(nameservice.get("/workers", WorkerList.class));
    } catch (ProblemException e) {
      return KnownWorkers.unknown("the nameservice answered: " + e.getMessage());
    } catch (IOException e) {
      return KnownWorkers.unknown(reason(e, nameservice));
    }
  }

  private Duration since(long asked) {
    return Duration.ofNanos(clock.nanoTime() - asked);
  }

  private static String reason(IOException e, JsonClient service) {
    return switch (e) {
      case HttpTimeoutException _ ->
          "no answer from " + service.base() + " within " + TIMEOUT.toSeconds() + " s";
      case ConnectException _ when e.getCause() instanceof UnresolvedAddressException ->
          "the host of " + service.base() + " is not known";
      case ConnectException _ -> "nothing listens at " + service.base();
      default -> "no answer that can be read from " + service.base() + ": " + e.getMessage();
    };
  }
}
