package tasknet.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LowResourceMonitor;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.metrics.JavaMetrics;
import tasknet.task.InvalidValueException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * An HTTP server with what every service has in common: errors as {@link Problem}s, a limit on
 * request bodies, {@code /health/live}, {@code /health/ready}, {@code /metrics}, and a stop that
 * lets requests in flight finish.
 */
public final class HttpServer implements AutoCloseable {
  /** No request may be held open for as long as this. */
  public static final Duration LONGEST_WAIT = Duration.ofMinutes(6);

  /**
   * What a server needs to know.
   *
   * @param bind where to listen; port 0 for any free one
   * @param maxRequestBytes the largest body; a larger one is answered 413
   * @param stopTimeout how long {@link #close()} waits for requests in flight
   * @param notReadyReason why the service cannot work now, or null when it can
   */
  public record Options(
      InetSocketAddress bind,
      long maxRequestBytes,
      Duration stopTimeout,
      Supplier<@Nullable String> notReadyReason,
      PrometheusMeterRegistry meters,
      Logger log) {}

  private static final int ACCEPT_QUEUE = 4096;

  /** What is read of a connection at once, in bytes; Jetty asks anew for each. */
  private static final int INPUT_BUFFER = 32 * 1024;

  static final Problem FAULT =
      Problem.of(500, "internal", "Internal error", "a fault of the server; its log has more");

  private final Options options;
  private final @Nullable DirectCall direct;
  private final HttpMetrics metrics;
  private final ServerThreads threads = new ServerThreads();
  private final Javalin javalin;

  public HttpServer(Options options, Consumer<RoutesConfig> routes) {
    this(options, null, routes);
  }

  /**
   * @param direct is answered before the routes; null for none
   */
  public HttpServer(Options options, @Nullable DirectCall direct, Consumer<RoutesConfig> routes) {
    this.options = options;
    this.direct = direct;
    JavaMetrics.bind(options.meters().getPrometheusRegistry());
    this.metrics = new HttpMetrics(options.meters().getPrometheusRegistry());
    this.javalin =
        Javalin.create(
            config -> {
              configure(config);
              health(config.routes);
              routes.accept(config.routes);
              errors(config.routes);
            });
  }

  /**
   * Binds the port.
   *
   * @throws PortTakenException if something else listens there
   */
  public void start() {
    InetSocketAddress bind = options.bind();
    requireFree(bind);
    try {
      javalin.start(bind.getAddress().getHostAddress(), bind.getPort());
    } catch (RuntimeException e) {
      throw PortTakenException.isCauseOf(e) ? new PortTakenException(bind.getPort(), e) : e;
    }
    threads.started();
  }

  /** The port that was bound. */
  public int port() {
    return javalin.port();
  }

  /** Stops; requests in flight have the stop timeout to finish, and are cut off after it. */
  @Override
  public void close() {
    try {
      javalin.stop();
    } catch (RuntimeException e) {
      // Jetty's word for clients that kept their connections open; it has closed them.
      options.log().info("http stopped with open connections: {}", e.toString());
    }
  }

  /** A first look, because Javalin logs a failed start in its own words before it throws. */
  private static void requireFree(InetSocketAddress bind) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(bind);
    } catch (BindException e) {
      throw new PortTakenException(bind.getPort(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.jetty.threadPool = threads;
    config.http.maxRequestSize = options.maxRequestBytes();
    config.http.prefer405over404 = true;
    config.http.asyncTimeout = 0; // every asynchronous answer has a timeout of its own
    config.jsonMapper(new JavalinJson());
    config.requestLogger.http(metrics::answered);
    config.router.javaLangErrorHandler(this::failed);
    config.jetty.modifyServer(
        server -> {
          // Without the handler, stopping cuts off requests in flight.
          server.insertHandler(new GracefulHandler());
          if (direct != null) {
            server.insertHandler(
                new DirectCallHandler(direct, metrics.answers(direct), options.log()));
            server.setDynamic(false); // with handlers that may change Jetty takes all for slow
          }
          server.setStopTimeout(options.stopTimeout().toMillis());
          server.setErrorHandler(new ProblemErrorHandler());
          // It wakes every second, to cut off who waits when there are few threads; here they are
          // not counted.
          server.getBeans(LowResourceMonitor.class).forEach(server::removeBean);
          server.addEventListener(new PatientConnector());
        });
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
  }

  /** Clients that come all at once wait in the queue; a dropped one tries again after a second. */
  private static final class PatientConnector implements LifeCycle.Listener {
    @Override
    public void lifeCycleStarting(LifeCycle starting) {
      if (starting instanceof Server server) {
        for (Connector connector : server.getConnectors()) {
          if (connector instanceof ServerConnector tcp) {
            tcp.setAcceptQueueSize(ACCEPT_QUEUE);
            tcp.getConnectionFactory(HttpConnectionFactory.class).setInputBufferSize(INPUT_BUFFER);
            // Jetty would end an answer that is waited for after 30 seconds.
            tcp.setIdleTimeout(LONGEST_WAIT.toMillis());
          }
        }
      }
    }
  }

  private void health(RoutesConfig routes) {
    routes.get("/health/live", context -> context.json(Map.of("status", "live")));
    // Also HEAD, which some health checks use: Javalin by itself answers it 200 without asking.
    routes.get("/health/ready", this::ready);
    routes.head("/health/ready", this::ready);
    routes.get(
        "/metrics",
        context ->
            context
                .contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(options.meters().scrape()));
  }

  private void ready(Context context) {
    String reason = options.notReadyReason().get();
    if (reason != null) {
      throw new ProblemException(Problem.of(503, "not-ready", "Not ready", reason));
    }
    context.json(Map.of("status", "ready"));
  }

  private void errors(RoutesConfig routes) {
    routes.exception(
        ProblemException.class,
        (e, context) -> {
          e.headers().forEach(context::header);
          answer(context, e.problem());
        });
    routes.exception(InvalidValueException.class, (e, context) -> answer(context, malformed(e)));
    routes.exception(
        JacksonException.class,
        (e, context) -> answer(context, notJson(e, JsonErrors.describe(e))));
    routes.exception(
        HttpResponseException.class,
        (e, context) -> {
          String allowed = e.getDetails().get("availableMethods");
          if (allowed != null) {
            context.header("Allow", allowed);
          }
          answer(context, ofStatus(e.getStatus(), message(e), context));
        });
    routes.exception(
        Exception.class,
        (e, context) -> {
          Problem unreadable = UnreadableRequests.problem(e);
          if (unreadable == null) {
            options.log().error("{} {} failed", context.method(), context.path(), e);
          } else {
            options.log().debug("{} {}: {}", context.method(), context.path(), e.toString());
          }
          answer(context, unreadable == null ? FAULT : unreadable);
        });
  }

  /**
   * The request's body as JSON. Unlike Javalin's own reading it refuses bytes that are not UTF-8,
   * and the value {@code null}.
   *
   * @throws JacksonException if the body is not what is expected; the server answers it with 400
   */
  public static <T> T body(Context context, Class<T> type) {
    T body = Json.mapper().readValue(context.bodyAsBytes(), type);
    if (body == null) {
      throw new ProblemException(Problem.malformed("the body is null; it must be a JSON object"));
    }
    return body;
  }

  /**
   * What a call would be answered that failed so; for those who tell of several, each a line of the
   * request, in one answer.
   *
   * @param failure the exception that a route would throw, or one that it is the cause of
   */
  public static Problem problem(Throwable failure) {
    return switch (failure) {
      case CompletionException e when e.getCause() != null -> problem(e.getCause());
      case ProblemException e -> e.problem();
      case InvalidValueException e -> malformed(e);
      case JacksonException e -> notJson(e, JsonErrors.describeInLine(e));
      default -> FAULT;
    };
  }

  private static Problem malformed(InvalidValueException e) {
    return Problem.malformed(message(e)).with("field", e.field());
  }

  /** An error of the Java machine, such as a stack that is too deep, in a route. */
  private void failed(HttpServletResponse response, Error error) {
    options.log().error("a request failed", error);
    response.setStatus(FAULT.status());
    response.setContentType(Problem.MEDIA_TYPE);
    try {
      response.getOutputStream().write(Json.mapper().writeValueAsBytes(FAULT));
    } catch (IOException e) {
      options.log().debug("the answer did not reach the client: {}", e.toString());
    }
  }

  private static Problem notJson(JacksonException e, String detail) {
    Problem problem = Problem.malformed(detail);
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          problem.with("field", unknown.getPropertyName());
      case JacksonException _ when e.getCause() instanceof InvalidValueException invalid ->
          problem.with("field", invalid.field());
      default -> problem;
    };
  }

  private Problem ofStatus(int status, String message, Context context) {
    return switch (status) {
      case 404 -> Problem.notFound("there is no " + context.method() + " " + context.path());
      case 405 ->
          Problem.of(
              405,
              "method-not-allowed",
              "Method not allowed",
              context.path() + " does not take " + context.method());
      case 413 ->
          Problem.of(
              413,
              "too-large",
              "Too large",
              "the body is larger than " + options.maxRequestBytes() + " bytes");
      default -> Problem.of(status, "http", "HTTP " + status, message);
    };
  }

  private static void answer(Context context, Problem problem) {
    context.status(problem.status()).json(problem).contentType(Problem.MEDIA_TYPE);
  }

  private static String message(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
