package tasknet.dispatcher.testkit;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.WorkerList;

/** A nameservice that tells what a test wants, with blocking queries, and can be stopped. */
public final class ScriptedNameservice implements AutoCloseable {
  /** How it answers. */
  public enum Mood {
    WELL,
    HANGING,
    GARBAGE,
    FAILING
  }

  private final List<String> queries = new CopyOnWriteArrayList<>();
  private @Nullable HttpServer server;
  private int port;
  private WorkerList list = new WorkerList(1, List.of());
  private Mood mood = Mood.WELL;
  private String garbage = "";
  private boolean stopping;

  /** Listens, at a free port or at the one that it had. */
  public void start() {
    synchronized (this) {
      stopping = false;
    }
    HttpServer.Options options =
        new HttpServer.Options(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            1 << 20,
            Duration.ofSeconds(1),
            () -> null,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            NOPLogger.NOP_LOGGER);
    HttpServer next = new HttpServer(options, this::routes);
    next.start();
    server = next;
    port = next.port();
  }

  public URI uri() {
    return URI.create("http://localhost:" + port);
  }

  /** These workers are alive from now on; the revision grows by one. */
  public synchronized void register(ScriptedWorker... workers) {
    tell(list.revision() + 1, Arrays.stream(workers).map(ScriptedWorker::registration).toList());
  }

  /** From now on this is the registry. */
  public synchronized void tell(long revision, List<RegisteredWorker> workers) {
    list = new WorkerList(revision, workers);
    notifyAll();
  }

  public synchronized void mood(Mood next) {
    mood = next;
    notifyAll();
  }

  /** Answers this text, with status 200, from now on. */
  public synchronized void garbage(String text) {
    garbage = text;
    mood(Mood.GARBAGE);
  }

  /** The queries that came, oldest first; without a query it is the empty text. */
  public List<String> queries() {
    return List.copyOf(queries);
  }

  /** Stops to listen; {@link #start} brings it back at the same port. */
  public void stop() {
    synchronized (this) {
      stopping = true;
      notifyAll();
    }
    if (server != null) {
      server.close();
      server = null;
    }
  }

  @Override
  public void close() {
    stop();
  }

  private void routes(RoutesConfig routes) {
    routes.get("/workers", this::workers);
  }

  private synchronized boolean hasNoNews(@Nullable String after) {
    return mood == Mood.WELL && String.valueOf(list.revision()).equals(after);
  }

  private synchronized void workers(Context context) throws InterruptedException {
    String query = context.queryString();
    queries.add(query == null ? "" : query);
    String after = context.queryParam("after");
    while (!stopping && (mood == Mood.HANGING || hasNoNews(after))) {
      wait();
    }
    switch (mood) {
      case WELL -> context.json(list);
      case GARBAGE -> context.contentType("application/json").result(garbage);
      case FAILING, HANGING -> throw new IllegalStateException("a test says so");
    }
  }
}
