package tasknet.nameservice;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.http.HttpServer;
import tasknet.process.Service;
import tasknet.runtime.NanoClock;

/** The wired nameservice. */
public final class Nameservice implements Service {
  private static final long MAX_REQUEST_BYTES = 64 * 1024;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final NameserviceSettings settings;
  private final Logger log;
  private final ChangeReport report;
  private final Registry registry;
  private final RegistryFile file;
  private final RegistryWriter writer;
  private final BlockingQueries queries;
  private final ExpiryTimer expiry;
  private final HttpServer http;
  private volatile @Nullable String notReady = "is starting";
  private boolean closed;

  public Nameservice(NameserviceSettings settings, Logger log) {
    this.settings = settings;
    this.log = log;
    InstantSource time = InstantSource.system();
    NanoClock clock = NanoClock.SYSTEM;
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    report = new ChangeReport(meters, log);
    registry = new Registry(settings.timeToLive(), clock, time, this::changed);
    file = new RegistryFile(settings.registryFile(), time, log);
    writer = new RegistryWriter(file, registry::content, RegistryWriter.Pace.DEFAULT, log);
    queries = new BlockingQueries(registry);
    expiry = new ExpiryTimer(registry, settings.timeToLive(), clock, log);
    RegistryApi api = new RegistryApi(registry, queries, settings, time, meters);
    http =
        new HttpServer(
            new HttpServer.Options(
                new InetSocketAddress(settings.bindAddress(), settings.httpPort()),
                MAX_REQUEST_BYTES,
                STOP_TIMEOUT,
                () -> notReady,
                meters,
                log),
            api.heartbeats(),
            api::routes);
    Gauge.builder("tasknet.workers", registry, Registry::size)
        .description("Live workers")
        .register(meters);
    meters.getPrometheusRegistry().register(new TypeWorkers(registry));
    Gauge.builder("tasknet.blocking.queries", queries, BlockingQueries::size)
        .description("Requests that wait for a change")
        .register(meters);
  }

  @Override
  public void start() throws IOException {
    registry.restore(file.read());
    http.start();
    expiry.start();
    notReady = null;
    log.info(
        "listens on port {}; workers live {} without a heartbeat; {} known from {}",
        port(),
        settings.timeToLive(),
        registry.size(),
        file.path());
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
    expiry.close();
    queries.close();
    http.close();
    writer.close();
    log.info("stopped");
  }

  private void changed(RegistryChange change) {
    report.report(change);
    writer.changed();
    queries.wake();
  }
}
