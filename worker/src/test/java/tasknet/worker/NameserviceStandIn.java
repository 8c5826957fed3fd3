package tasknet.worker;

import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.http.ProblemException;
import tasknet.registry.Heartbeat;
import tasknet.registry.Registration;

/** An HTTP server that answers heartbeats as the test says. */
final class NameserviceStandIn implements AutoCloseable {
  final BlockingQueue<Registration> registrations = new LinkedBlockingQueue<>();
  final BlockingQueue<String> paths = new LinkedBlockingQueue<>();

  /** The ports that registrations came from. */
  final Set<Integer> clients = ConcurrentHashMap.newKeySet();

  /** The status of the answers. */
  volatile int status = 200;

  private final HttpServer http;

  /**
   * @param port 0 for any free one
   */
  NameserviceStandIn(int port) {
    http =
        new HttpServer(
            new HttpServer.Options(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                10_000,
                Duration.ofMillis(100),
                () -> null,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                NOPLogger.NOP_LOGGER),
            routes -> {
              routes.put("/workers/{id}", this::register);
              routes.delete("/workers/{id}", this::deregister);
            });
    http.start();
  }

  private void register(Context context) {
    paths.add("PUT " + context.path());
    clients.add(context.req().getRemotePort());
    if (status != 200) {
      throw new ProblemException(Problem.of(status, "scripted", "Scripted", "so the test says"));
    }
    registrations.add(Json.mapper().readValue(context.body(), Registration.class));
    context.json(new Heartbeat(Duration.ofSeconds(1), Duration.ofMillis(20), 1));
  }

  private void deregister(Context context) {
    paths.add("DELETE " + context.path() + "?" + context.queryString());
    context.status(204);
  }

  int port() {
    return http.port();
  }

  URI uri() {
    return URI.create("http://localhost:" + port());
  }

  @Override
  public void close() {
    http.close();
  }
}
