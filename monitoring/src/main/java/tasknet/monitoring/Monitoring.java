package tasknet.monitoring;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.http.HttpServer;
import tasknet.monitoring.attention.Attention;
import tasknet.monitoring.containers.ContainerMetrics;
import tasknet.monitoring.containers.ContainerRuntime;
import tasknet.monitoring.containers.DockerContainers;
import tasknet.monitoring.containers.NoContainers;
import tasknet.monitoring.history.History;
import tasknet.monitoring.history.HistoryApi;
import tasknet.monitoring.live.Live;
import tasknet.monitoring.live.LiveApi;
import tasknet.monitoring.live.ServiceChecks;
import tasknet.monitoring.live.ServicesApi;
import tasknet.monitoring.logs.LogStreamApi;
import tasknet.monitoring.logs.LogsApi;
import tasknet.monitoring.web.DispatcherApi;
import tasknet.monitoring.web.PageApi;
import tasknet.process.Service;
import tasknet.runtime.NanoClock;

/** The wired monitoring service. */
public final class Monitoring implements Service {
  /** A task with another payload, which the dispatcher takes up to 16 MiB. */
  private static final long MAX_REQUEST_BYTES = 17 * 1024 * 1024;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final MonitoringSettings settings;
  private final Logger log;
  private final LogStreamApi logStream;
  private final Live live;
  private final History history;
  private final ContainerRuntime containers;
  private final DeathReports deaths;
  private final DispatcherApi dispatcher;
  private final HttpServer http;
  private volatile @Nullable String notReady = "is starting";
  private boolean closed;

  public Monitoring(MonitoringSettings settings, Logger log) {
    this.settings = settings;
    this.log = log;
    InstantSource time = InstantSource.system();
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ServiceChecks checks =
        new ServiceChecks(
            settings.dispatcher(),
            settings.nameservice(),
            settings.workersFile(),
            NanoClock.SYSTEM);
    ServicesApi services = new ServicesApi(checks);
    LogsApi logs = new LogsApi(settings.logFolder(), meters);
    logStream = new LogStreamApi(settings.logFolder(), NanoClock.SYSTEM, meters, log);
    Attention attention = new Attention(NanoClock.SYSTEM);
    containers =
        settings.containers().wanted()
            ? new DockerContainers(settings.containers(), attention, time, log)
            : new NoContainers(time.instant());
    live =
        new Live(
            settings.dispatcher(),
            settings.nameservice(),
            settings.workersFile(),
            attention,
            NanoClock.SYSTEM,
            meters,
            log);
    history = new History(settings.dataFolder(), time, NanoClock.SYSTEM, meters, log);
    HistoryApi historyApi = new HistoryApi(history, time);
    LiveApi liveApi =
        new LiveApi(
            live,
            containers,
            settings.page().writable(),
            settings.containers().host(),
            history::problem,
            time,
            NanoClock.SYSTEM,
            meters);
    deaths = new DeathReports(settings.nameservice(), NanoClock.SYSTEM, meters, log);
    containers.onEvent(deaths);
    ContainerMetrics.bind(containers, meters);
    ContainersApi containersApi = new ContainersApi(containers, attention, time, log);
    dispatcher = new DispatcherApi(settings.dispatcher(), settings.page(), meters, log);
    PageApi page = new PageApi();
    EventsApi events = new EventsApi(containers, EventsApi.HEARTBEAT, log);
    http =
        new HttpServer(
            new HttpServer.Options(
                new InetSocketAddress(settings.bindAddress(), settings.httpPort()),
                MAX_REQUEST_BYTES,
                STOP_TIMEOUT,
                () -> notReady,
                meters,
                log),
            routes -> {
              services.routes(routes);
              liveApi.routes(routes);
              historyApi.routes(routes);
              containersApi.routes(routes);
              events.routes(routes);
              logs.routes(routes);
              logStream.routes(routes);
              dispatcher.routes(routes);
              page.routes(routes); // the last, which has what no other has
            });
  }

  @Override
  public void start() throws IOException {
    http.start();
    history.start(live, containers);
    deaths.start();
    live.start();
    containers.start();
    notReady = null;
    log.info(
        "listens on port {}; watches {} and {}",
        port(),
        settings.dispatcher(),
        settings.nameservice());
  }

  /** The HTTP port that was bound. */
  public int port() {
    return http.port();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    notReady = "is stopping";
    containers.close(); // first, as the next two: they end the answers that go on
    logStream.close();
    dispatcher.close();
    http.close();
    live.close();
    history.close();
    deaths.close();
    log.info("stopped");
  }
}
