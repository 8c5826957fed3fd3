package tasknet.client;

import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;

/** An HTTP server on a free port that answers what a test tells it to. */
public final class ScriptedDispatcher implements AutoCloseable {
  private final HttpServer server;

  /**
   * Starts to listen.
   *
   * @param routes what is answered
   */
  public ScriptedDispatcher(Consumer<RoutesConfig> routes) {
    this(0, routes);
  }

  ScriptedDispatcher(int port, Consumer<RoutesConfig> routes) {
    HttpServer.Options options =
        new HttpServer.Options(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            1 << 20,
            Duration.ofSeconds(5),
            () -> null,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            NOPLogger.NOP_LOGGER);
    this.server = new HttpServer(options, routes);
    server.start();
  }

  /** Where it listens. */
  public URI uri() {
    return URI.create("http://localhost:" + server.port());
  }

  @Override
  public void close() {
    server.close();
  }
}
