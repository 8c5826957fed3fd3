package tasknet.worker;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.http.HttpServer;
import tasknet.process.Service;
import tasknet.registry.LocalAddress;
import tasknet.registry.Registration;
import tasknet.runtime.NanoClock;
import tasknet.tracing.Tracing;
import tasknet.wire.DatagramLink;
import tasknet.wire.LinkCounters;
import tasknet.wire.LinkMetrics;
import tasknet.wire.MessageLink;
import tasknet.wire.UdpLink;

/**
 * A worker, wired: the UDP server that runs attempts, the heartbeat, and HTTP for health and
 * metrics. Several can be in one process.
 */
public final class Worker implements Service {
  private static final long MOST_REQUEST_BYTES = 1024;
  private static final Duration HTTP_STOP = Duration.ofSeconds(2);

  private final WorkerSettings settings;
  private final Instant startedAt;
  private final Logger log;
  private final Tracing tracing;
  private final WorkerServer server;
  private final HeartbeatLoop heartbeat;
  private final HttpServer http;
  private final CompletableFuture<String> failure = new CompletableFuture<>();
  private boolean started;
  private boolean closed;

  public Worker(WorkerSettings settings, Logger log) {
    this(settings, link(settings, log), log);
  }

  /**
   * @param transport what carries the datagrams; a test's may lose them
   */
  public Worker(WorkerSettings settings, Transport transport, Logger log) {
    InstantSource clock = InstantSource.system();
    this.settings = settings;
    this.startedAt = clock.instant();
    this.log = log;
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    LinkMetrics.bind(transport.counters(), meters);
    this.tracing = Tracing.of(settings.tracing(), settings.id().name(), log);
    this.server =
        new WorkerServer(
            settings.id(),
            startedAt.toEpochMilli(),
            settings.handlers().byType(),
            new Executions.Limits(
                settings.concurrency(),
                settings.resultsKept(),
                settings.resultsKeptFor(),
                settings.cancelGrace()),
            settings.maxDatagram(),
            settings.maxResult(),
            transport.link(),
            transport.counters(),
            new WorkerMetrics(meters, settings.concurrency()),
            tracing,
            NanoClock.SYSTEM,
            log);
    this.heartbeat =
        new HeartbeatLoop(
            settings.id(), settings.nameservice(), this::registration, this::replaced, log);
    this.http =
        new HttpServer(
            new HttpServer.Options(
                new InetSocketAddress(settings.bindAddress(), settings.httpPort()),
                MOST_REQUEST_BYTES,
                HTTP_STOP,
                this::notReadyReason,
                meters,
                log),
            _ -> {});
  }

  /** What carries datagrams, and what counts them. */
  public record Transport(DatagramLink link, LinkCounters counters) {}

  @Override
  public synchronized void start() {
    if (closed || started) {
      return;
    }
    started = true;
    tracing.shareWithHandlers();
    try {
      server.start();
      http.start();
      heartbeat.start();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    log.info(
        "worker started types={} slots={} udp={} http={} epoch={} worker={}",
        settings.handlers().byType().keySet(),
        settings.concurrency(),
        udpPort(),
        httpPort(),
        startedAt.toEpochMilli(),
        settings.id());
  }

  /** The UDP port that is bound. */
  public int udpPort() {
    return server.address().getPort();
  }

  /** The HTTP port that is bound. */
  public int httpPort() {
    return http.port();
  }

  @Override
  public CompletionStage<String> failure() {
    return failure.minimalCompletionStage();
  }

  /**
   * Begins nothing new, takes the worker off the register, lets running handlers finish and their
   * results arrive, for as long as the drain timeout; then stops.
   */
  @Override
  public synchronized void close() {
    if (closed || !started) {
      closed = true;
      tracing.close();
      return;
    }
    closed = true;
    log.info("worker stops worker={}", settings.id());
    server.drain();
    heartbeat.close();
    server.close(settings.drainTimeout());
    http.close();
    tracing.close();
    log.info("worker stopped worker={}", settings.id());
  }

  private static Transport link(WorkerSettings settings, Logger log) {
    LinkCounters counters = new LinkCounters();
    InetSocketAddress bind = new InetSocketAddress(settings.bindAddress(), settings.udpPort());
    return new Transport(
        new UdpLink(bind, MessageLink.longestReceived(settings.maxDatagram()), counters, log),
        counters);
  }

  private Registration registration() throws IOException {
    String host = settings.advertisedHost();
    return new Registration(
        settings.handlers().byType().keySet(),
        host == null ? LocalAddress.toTell(settings.bindAddress(), settings.nameservice()) : host,
        udpPort(),
        settings.concurrency(),
        startedAt.toEpochMilli(),
        version(),
        startedAt,
        settings.hostname());
  }

  private static String version() {
    String version = Worker.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private void replaced(String reason) {
    log.error("{} worker={}", reason, settings.id());
    failure.complete(reason);
  }

  private @Nullable String notReadyReason() {
    if (server.isDraining()) {
      return "the worker is stopping";
    }
    return heartbeat.everRegistered()
        ? null
        : "not registered at " + settings.nameservice() + " yet";
  }
}
