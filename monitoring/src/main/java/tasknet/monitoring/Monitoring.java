package tasknet.monitoring;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.http.HttpServer;
import tasknet.monitoring.logs.LogsApi;
import tasknet.process.Service;
import tasknet.runtime.NanoClock;

/** The wired monitoring service. */
public final class Monitoring implements Service {
  private static final long MAX_REQUEST_BYTES = 64 * 1024;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final MonitoringSettings settings;
  private final Logger log;
  private final ServiceChecks checks;
  private final HttpServer http;
  private volatile @Nullable String notReady = "is starting";
  private boolean closed;

  public Monitoring(MonitoringSettings settings, Logger log) {
    this.settings = settings;
    this.log = log;
    checks = new ServiceChecks(settings, NanoClock.SYSTEM);
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ServicesApi services = new ServicesApi(checks);
    LogsApi logs = new LogsApi(settings.logFolder(), meters);
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
              logs.routes(routes);
            });
  }

  @Override
  public void start() throws IOException {
    http.start();
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
    http.close();
    checks.close();
    log.info("stopped");
  }
}
