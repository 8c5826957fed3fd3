package tasknet.devtools;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.Dispatcher;
import tasknet.dispatcher.DispatcherSettings;
import tasknet.fleet.WorkerEntry;
import tasknet.fleet.WorkersFile;
import tasknet.http.PortTakenException;
import tasknet.logging.ServiceLog;
import tasknet.monitoring.Monitoring;
import tasknet.monitoring.MonitoringSettings;
import tasknet.nameservice.Nameservice;
import tasknet.nameservice.NameserviceSettings;
import tasknet.process.Service;
import tasknet.process.ServiceSettings;
import tasknet.task.TaskType;
import tasknet.worker.Handlers;
import tasknet.worker.Worker;
import tasknet.worker.WorkerSettings;

/**
 * A whole Tasknet in one process: nameservice, the workers of each active type, dispatcher and
 * monitoring, wired as their containers are, each with its log file.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);

  private final Ports ports;
  private final Path workersFile;
  private final Map<String, String> environment;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private @Nullable Addresses addresses;
  private boolean closed;

  /** The HTTP ports; 0 is any free one. */
  public record Ports(int dispatcher, int nameservice, int monitoring) {
    /** Those of the containers. */
    public static final Ports STANDARD = new Ports(4000, 5001, 8080);

    /** Any free ones. */
    public static final Ports FREE = new Ports(0, 0, 0);
  }

  /** Where the services are reached. */
  public record Addresses(URI dispatcher, URI nameservice, URI monitoring) {}

  /**
   * @param workersFile which workers to start
   * @param environment what all services are told, for instance {@code TASKNET_DATA_DIR}
   */
  public LocalCluster(Ports ports, Path workersFile, Map<String, String> environment) {
    this.ports = ports;
    this.workersFile = workersFile;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Starts everything, and returns when the dispatcher sees all workers. What does not need the
   * other is done at the same time, because there are two processors nearly everywhere.
   *
   * @throws IOException if a service cannot start, or the workers file is missing or wrong
   * @throws ServicePortTakenException if a port is used by another program
   */
  public Addresses start() throws IOException, InterruptedException {
    // Closed, and so waited for, before the rest is: nothing is to be opened after that.
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<URI> nameserviceStart = beside.submit(this::startNameservice);
      List<WorkerEntry> workers = WorkersFile.read(workersFile).active();
      // Known before it is there, but for a port that is just any free one.
      URI nameservice =
          ports.nameservice() == 0 ? outcome(nameserviceStart) : local(ports.nameservice());
      Dispatcher dispatcher = dispatcher(nameservice);
      outcome(nameserviceStart);
      Future<Monitoring> othersStart =
          beside.submit(
              () -> {
                start("dispatcher", dispatcher);
                return startMonitoring(local(dispatcher.port()), nameservice);
              });
      startWorkers(workers, nameservice);
      Monitoring monitoring = outcome(othersStart);
      stopNext(dispatcher);
      stopNext(monitoring);
      Addresses all =
          new Addresses(local(dispatcher.port()), nameservice, local(monitoring.port()));
      addresses = all;
      awaitWorkers(workers, dispatcher);
      return all;
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What a start has brought, or why it failed. */
  private static <T> T outcome(Future<T> start) throws IOException, InterruptedException {
    try {
      return start.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
  }

  /** Where the services are, once started. */
  public Addresses addresses() {
    if (addresses == null) {
      throw new IllegalStateException("not started");
    }
    return addresses;
  }

  /** Stops everything, in reverse order; running work finishes first. */
  @Override
  public synchronized void close() {
    closed = true;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("a service did not stop cleanly", e);
      }
    }
  }

  private URI startNameservice() throws IOException {
    NameserviceSettings settings =
        NameserviceSettings.read(with(Map.of("TASKNET_HTTP_PORT", "" + ports.nameservice())));
    Nameservice nameservice = new Nameservice(settings, log("nameservice", settings));
    open("nameservice", nameservice);
    return local(nameservice.port());
  }

  private void startWorkers(List<WorkerEntry> workers, URI nameservice) throws IOException {
    int number = 0;
    for (WorkerEntry entry : workers) {
      for (int replica = 0; replica < entry.desired(); replica++) {
        startWorker(entry, nameservice, ++number);
      }
    }
  }

  private void startWorker(WorkerEntry entry, URI nameservice, int number) throws IOException {
    Map<String, String> told = new HashMap<>();
    told.put("TASKNET_HTTP_PORT", "0");
    told.put("TASKNET_UDP_PORT", "0");
    told.put("TASKNET_NAMESERVICE_URL", nameservice.toString());
    if (entry.concurrency() != null) {
      told.put("TASKNET_CONCURRENCY", entry.concurrency().toString());
    }
    String process = "local-" + ProcessHandle.current().pid() + "-" + number;
    WorkerSettings settings =
        WorkerSettings.read(
            with(told), Handlers.onClassPath(), List.of(entry.name().name()), process);
    open(settings.service(), new Worker(settings, log(settings.service(), settings)));
  }

  private Dispatcher dispatcher(URI nameservice) throws IOException {
    DispatcherSettings settings =
        DispatcherSettings.read(
            with(
                Map.of(
                    "TASKNET_HTTP_PORT",
                    "" + ports.dispatcher(),
                    "TASKNET_NAMESERVICE_URL",
                    nameservice.toString())));
    Dispatcher dispatcher = new Dispatcher(settings, log("dispatcher", settings));
    keep(dispatcher);
    return dispatcher;
  }

  private Monitoring startMonitoring(URI dispatcher, URI nameservice) throws IOException {
    MonitoringSettings settings =
        MonitoringSettings.read(
            with(
                Map.of(
                    "TASKNET_HTTP_PORT", "" + ports.monitoring(),
                    "TASKNET_DISPATCHER_URL", dispatcher.toString(),
                    "TASKNET_NAMESERVICE_URL", nameservice.toString())));
    Monitoring monitoring = new Monitoring(settings, log("monitoring", settings));
    open("monitoring", monitoring);
    return monitoring;
  }

  private Logger log(String service, ServiceSettings settings) throws IOException {
    ServiceLog log = ServiceLog.openQuietly(service, settings.logFolder(), settings.logLevel());
    keep(log);
    return log.logger();
  }

  private void open(String name, Service service) throws IOException {
    keep(service);
    start(name, service);
  }

  private void start(String name, Service service) throws IOException {
    requireOpen();
    try {
      service.start();
    } catch (PortTakenException e) {
      throw new ServicePortTakenException(name, e);
    }
  }

  private synchronized void keep(AutoCloseable service) throws IOException {
    requireOpen();
    opened.push(service);
  }

  /** A signal may have stopped it while it starts: nothing is to be opened any more. */
  private synchronized void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("stopped while it was starting");
    }
  }

  /**
   * What takes tasks in is stopped before the workers that run them, and what watches them before
   * that, whichever was opened first.
   */
  private synchronized void stopNext(AutoCloseable service) {
    if (opened.remove(service)) {
      opened.push(service);
    }
  }

  /** A worker may have heard from the nameservice before the dispatcher has. */
  private static void awaitWorkers(List<WorkerEntry> workers, Dispatcher dispatcher)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + READY_WITHIN.toNanos();
    while (!areLive(workers, dispatcher.liveWorkers())) {
      if (System.nanoTime() - until > 0) {
        throw new IOException(
            "not all workers were ready within " + READY_WITHIN.toSeconds() + " s");
      }
      Thread.sleep(Duration.ofMillis(10));
    }
  }

  private static boolean areLive(List<WorkerEntry> workers, Map<TaskType, Integer> live) {
    return workers.stream()
        .allMatch(entry -> live.getOrDefault(entry.name(), 0) >= entry.desired());
  }

  private Map<String, String> with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return all;
  }

  private static URI local(int port) {
    return URI.create("http://localhost:" + port);
  }

  /** The folder of the checkout that {@code ./tasknet} runs from. */
  static Path home() {
    return Path.of(System.getProperty("tasknet.home", ""));
  }
}
