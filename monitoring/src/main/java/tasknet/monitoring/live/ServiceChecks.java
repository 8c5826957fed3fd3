package tasknet.monitoring.live;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tasknet.runtime.NanoClock;

/** Asks the other services how they are: live, and in parallel. */
public final class ServiceChecks {
  /** How long a service may take to answer before it counts as down. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

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
      DeclaredWorkers.@Nullable Source declared) {}

  private final ServiceCheck dispatcher;
  private final ServiceCheck nameservice;
  private final DeclaredWorkers declared;

  /**
   * @param workersFile which workers should be there; null when nothing says it
   */
  public ServiceChecks(
      URI dispatcher, URI nameservice, @Nullable Path workersFile, NanoClock clock) {
    this.dispatcher = new ServiceCheck("dispatcher", dispatcher, TIMEOUT, clock);
    this.nameservice = new ServiceCheck("nameservice", nameservice, TIMEOUT, clock);
    this.declared = new DeclaredWorkers(workersFile);
  }

  /** Asks now. */
  Report report() {
    Future<ServiceState> first;
    Future<ServiceState> second;
    Future<KnownWorkers> workers;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      first = threads.submit(dispatcher::state);
      second = threads.submit(nameservice::state);
      workers = threads.submit(() -> KnownWorkers.asked(nameservice));
    }
    KnownWorkers known = workers.resultNow();
    DeclaredWorkers.Now should = declared.now();
    return new Report(
        List.of(first.resultNow(), second.resultNow()),
        known,
        TypeWorkers.of(should.entries(), known),
        should.source());
  }
}
