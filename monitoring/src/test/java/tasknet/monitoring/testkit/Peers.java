package tasknet.monitoring.testkit;

import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;

/** Servers on loopback, closed with this. */
public final class Peers {
  private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();

  /** One of the services, ready. */
  public HttpServer service(Consumer<RoutesConfig> routes) {
    return service(0, routes);
  }

  /** The same at a port, for one that comes back. */
  public HttpServer service(int port, Consumer<RoutesConfig> routes) {
    HttpServer server =
        new HttpServer(
            new HttpServer.Options(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                32 * 1024 * 1024,
                Duration.ofMillis(100),
                () -> null,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                NOPLogger.NOP_LOGGER),
            routes);
    keep(server);
    server.start();
    return server;
  }

  /** Takes connections and never answers. */
  public URI silent() throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    keep(server);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  keep(server.accept());
                }
              } catch (IOException e) {
                // The test has ended.
              }
            });
    return local(server.getLocalPort());
  }

  /** Nobody listens there. */
  public static URI nobody() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return local(server.getLocalPort());
    }
  }

  public static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Closes something with the others. */
  public <T extends AutoCloseable> T keep(T some) {
    opened.push(some);
    return some;
  }

  /** A connection for a request that no HTTP client would send. */
  public Socket connect(int port) throws IOException {
    return keep(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Closes them, the last one first. */
  public void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }
}
