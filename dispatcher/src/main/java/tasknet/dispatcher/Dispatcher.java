package tasknet.dispatcher;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.api.DispatcherApi;
import tasknet.dispatcher.callback.CallbackDelivery;
import tasknet.dispatcher.dispatch.DispatchLoop;
import tasknet.dispatcher.dispatch.Waiters;
import tasknet.dispatcher.events.TaskEvents;
import tasknet.dispatcher.exchange.WorkerLink;
import tasknet.dispatcher.lookup.WorkerDirectory;
import tasknet.dispatcher.retention.KeepRules;
import tasknet.dispatcher.retention.Retention;
import tasknet.dispatcher.schedule.ScheduleTicks;
import tasknet.dispatcher.store.SqliteTaskStore;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.task.AttemptLinks;
import tasknet.dispatcher.trace.TaskTraces;
import tasknet.dispatcher.unstored.MemoryFirstStore;
import tasknet.dispatcher.wal.FileTaskLog;
import tasknet.http.HttpServer;
import tasknet.http.JsonClient;
import tasknet.process.Service;
import tasknet.registry.LocalAddress;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskIds;
import tasknet.task.TaskType;
import tasknet.tracing.Tracing;
import tasknet.wire.DatagramLink;
import tasknet.wire.LinkCounters;
import tasknet.wire.MessageLink;
import tasknet.wire.UdpLink;

/** The wired dispatcher: store, dispatch loop, worker directory, REST calls. */
public final class Dispatcher implements Service {
  private static final Duration NAMESERVICE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  /** What the store did not take is brought to it again. */
  private static final Duration RETRY_AFTER = Duration.ofMillis(500);

  /** Well below the minute after which proxies, and the client, give up a silent answer. */
  private static final Duration BULK_PULSE = Duration.ofSeconds(10);

  private final DispatcherSettings settings;
  private final Logger log;
  private final ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();
  private final Tracing tracing;
  private final TaskEvents events;
  private final SqliteTaskStore store;
  private final FileTaskLog taskLog;
  private final MemoryFirstStore tasks;
  private final Retention retention;
  private final MessageLink messages;
  private final DispatchLoop loop;
  private final ScheduleTicks schedules;
  private final CallbackDelivery callbacks;
  private final JsonClient nameservice;
  private final WorkerDirectory directory;
  private final DispatcherApi api;
  private final HttpServer http;
  private volatile @Nullable String notReady = "is starting";
  private boolean closed;

  public Dispatcher(DispatcherSettings settings, Logger log) {
    this(settings, link(settings, log), log);
  }

  /**
   * @param transport what carries the datagrams; a test's may lose them
   */
  public Dispatcher(DispatcherSettings settings, Transport transport, Logger log) {
    this(settings, transport, BULK_PULSE, log);
  }

  /**
   * @param bulkPulse after so long without an answer the client of a bulk or a stream is sent a
   *     blank line
   */
  public Dispatcher(
      DispatcherSettings settings, Transport transport, Duration bulkPulse, Logger log) {
    this.settings = settings;
    this.log = log;
    InstantSource clock = InstantSource.system();
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    tracing = Tracing.of(settings.tracing(), settings.node(), log);
    events = new TaskEvents(settings.eventsKept(), clock.millis(), answers);
    store =
        new SqliteTaskStore(
            new SqliteTaskStore.Options(settings.dataFolder(), settings.maxStoreBytes()),
            events::append,
            log);
    taskLog =
        new FileTaskLog(FileTaskLog.Options.standard(settings.dataFolder()), NanoClock.SYSTEM, log);
    tasks =
        new MemoryFirstStore(
            store,
            taskLog,
            events::append,
            MemoryFirstStore.Bounds.standard(),
            CompletableFuture.delayedExecutor(
                RETRY_AFTER.toMillis(), TimeUnit.MILLISECONDS, answers),
            log);
    retention =
        new Retention(
            store.ended(),
            new KeepRules(settings.rules(), settings.keep()),
            clock,
            NanoClock.SYSTEM,
            log);
    messages =
        new MessageLink(
            transport.link(),
            settings.node(),
            clock.millis(),
            settings.maxDatagram(),
            transport.counters(),
            log);
    AttemptLinks links = new AttemptLinks(this::address);
    TaskTraces traces = new TaskTraces(settings.tracesKept(), clock, NanoClock.SYSTEM);
    loop =
        new DispatchLoop(
            tasks,
            new WorkerLink(messages, links, settings.inlineBytes(), traces, random),
            settings.dispatch(),
            settings.rules(),
            settings.maxWaiting(),
            new Waiters(traces),
            traces,
            tracing,
            clock,
            NanoClock.SYSTEM,
            random,
            log);
    TaskIds ids = new TaskIds(clock, random);
    schedules =
        new ScheduleTicks(
            store.schedules(),
            DispatcherApi.template(settings.rules()),
            ids,
            () -> settings.maxWaiting() - loop.waitingTasks(),
            loop::added,
            tracing,
            clock,
            NanoClock.SYSTEM,
            log);
    callbacks =
        new CallbackDelivery(
            store.callbacks(),
            store::find,
            settings.callbacks(),
            tracing,
            clock,
            NanoClock.SYSTEM,
            log);
    nameservice = new JsonClient(settings.nameserviceUrl(), NAMESERVICE_TIMEOUT);
    directory = new WorkerDirectory(nameservice, loop::workersChanged, log);
    api =
        new DispatcherApi(
            loop,
            tasks,
            new DispatcherApi.Scheduling(store.schedules(), schedules),
            ids,
            settings.rules(),
            links,
            transport.counters(),
            retention,
            new DispatcherApi.Limits(
                settings.maxPayloadBytes(),
                settings.maxPayloadBytes() + DispatcherSettings.REQUEST_ROOM,
                bulkPulse,
                settings.callTimeout(),
                settings.keysKept(),
                settings.callbacks().hosts(),
                settings.heartbeat()),
            events,
            clock,
            tracing,
            answers,
            log);
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    DispatcherMetrics.bind(
        loop,
        schedules.counters(),
        callbacks.counters(),
        store,
        taskLog,
        tasks,
        events,
        retention,
        transport.counters(),
        api.bulk(),
        api.streams(),
        clock,
        meters);
    http =
        new HttpServer(
            new HttpServer.Options(
                new InetSocketAddress(settings.bindAddress(), settings.httpPort()),
                settings.maxPayloadBytes() + DispatcherSettings.REQUEST_ROOM,
                STOP_TIMEOUT,
                this::notReadyReason,
                meters,
                log),
            api::routes);
  }

  /** What carries datagrams, and what counts them. */
  public record Transport(DatagramLink link, LinkCounters counters) {}

  @Override
  public void start() throws IOException {
    try {
      store.start();
      tasks.start().join();
      loop.start();
      schedules.start();
      callbacks.start();
    } catch (StoreException | UncheckedIOException e) { // the latter for a UDP port that is taken
      throw new IOException(e.getMessage(), e);
    } catch (CompletionException e) { // what the log has does not come to the store
      throw new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
    }
    retention.start();
    directory.start();
    http.start();
    notReady = null;
    log.info(
        "listens on port {}; udp {}; nameservice {}; store in {}",
        port(),
        messages.address(),
        settings.nameserviceUrl(),
        settings.dataFolder());
  }

  /** The HTTP port that was bound. */
  public int port() {
    return http.port();
  }

  /** How many workers of each type are live, as far as it has heard. */
  public Map<TaskType, Integer> liveWorkers() {
    return loop.liveWorkers();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean started = notReady == null;
    notReady = "is stopping";
    api.refuseTasks();
    close(schedules);
    if (started) {
      drain();
    }
    api.endStreams();
    loop.waiters().abandon();
    events.close();
    close(http);
    close(directory);
    close(nameservice);
    close(loop);
    close(retention);
    close(callbacks);
    close(tasks);
    close(tracing);
    close(answers);
    log.info("stopped");
  }

  /** What fails to close, for instance a request that does not end, must not keep the rest open. */
  private void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      log.warn("{} did not close cleanly: {}", part.getClass().getSimpleName(), e.toString());
    }
  }

  private void drain() {
    try {
      loop.drain().get(settings.drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
      log.info("drained");
    } catch (TimeoutException e) {
      log.warn("attempts still run; they are taken up again at the next start");
    } catch (ExecutionException e) {
      log.error("could not drain", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable String notReadyReason() {
    if (notReady != null) {
      return notReady;
    }
    return directory.hasAnswered() ? null : "the nameservice has not answered yet";
  }

  /** Where workers reach the HTTP port. */
  private URI address() {
    try {
      String host = settings.advertisedHost();
      String reached =
          host == null
              ? LocalAddress.toTell(settings.bindAddress(), settings.nameserviceUrl())
              : host;
      return new URI("http", null, reached, port(), null, null, null);
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("TASKNET_ADVERTISE_HOST is needed: " + e.getMessage(), e);
    }
  }

  private static Transport link(DispatcherSettings settings, Logger log) {
    LinkCounters counters = new LinkCounters();
    InetSocketAddress bind = new InetSocketAddress(settings.bindAddress(), settings.udpPort());
    return new Transport(
        new UdpLink(bind, MessageLink.longestReceived(settings.maxDatagram()), counters, log),
        counters);
  }
}
