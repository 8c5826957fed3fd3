package tasknet.monitoring.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tasknet.http.NoTls;

/** One connection with a Docker engine, in our own words; every call ends within its limit. */
final class DockerEngine implements AutoCloseable {
  /** How long the engine may take for what it can say at once. */
  static final Duration SOON = Duration.ofSeconds(2);

  /** And for what may wait for the start or stop of a container. */
  private static final Duration LONGER = Duration.ofSeconds(5);

  private static final String PROJECT = "com.docker.compose.project";

  private final String host;
  private final DockerClient client;

  /**
   * @param engine of the engine
   * @param api the newest version of its API
   */
  record Versions(String engine, String api) {}

  /**
   * A container and the word for its state.
   *
   * @param id the full one
   */
  record Listed(String id, String state) {}

  /**
   * Does not connect yet.
   *
   * @param host {@code unix:///PATH} or {@code tcp://HOST:PORT}
   */
  DockerEngine(String host) {
    this.host = host;
    // The version is left unset: the engine takes such calls as those of its own version.
    DockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(host)
            .withDockerTlsVerify(false)
            .build();
    client =
        DockerClientImpl.getInstance(
            config,
            new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(NoTls::new)
                .connectionTimeout(SOON)
                .build());
  }

  Versions versions() throws EngineAwayException, InterruptedException {
    Version version = call(SOON, () -> client.versionCmd().exec());
    return new Versions(
        String.valueOf(version.getVersion()), String.valueOf(version.getApiVersion()));
  }

  void ping() throws EngineAwayException, InterruptedException {
    call(SOON, () -> client.pingCmd().exec());
  }

  /** The compose project of a container; null when there is no such container, or it has none. */
  @Nullable String projectOf(String container) throws EngineAwayException, InterruptedException {
    return unlessMissing(
        LONGER,
        () -> {
          var labels = client.inspectContainerCmd(container).exec().getConfig().getLabels();
          return labels == null ? null : labels.get(PROJECT);
        });
  }

  List<Listed> list(String project) throws EngineAwayException, InterruptedException {
    return call(
            LONGER,
            () ->
                client
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(Map.of(PROJECT, project))
                    .exec())
        .stream()
        .map(it -> new Listed(it.getId(), String.valueOf(it.getState())))
        .toList();
  }

  /** A container without readings; null when there is no such container. */
  @Nullable Container container(String id) throws EngineAwayException, InterruptedException {
    return unlessMissing(LONGER, () -> Inspection.read(client.inspectContainerCmd(id).exec()));
  }

  /** Whether the engine knows that a container's last process ran out of memory. */
  boolean outOfMemory(String id, Duration limit) throws InterruptedException {
    try {
      Boolean killed =
          unlessMissing(
              limit, () -> client.inspectContainerCmd(id).exec().getState().getOOMKilled());
      return killed != null && killed;
    } catch (EngineAwayException e) {
      return false; // nobody is told more than what is known
    }
  }

  /**
   * Follows what happens to containers and networks.
   *
   * @param since also what happened from then on, as far as the engine remembers it
   * @param ended as for {@link DockerStream}
   */
  DockerStream<Event> events(
      @Nullable Instant since, Consumer<EngineEvent> next, Consumer<@Nullable Throwable> ended)
      throws EngineAwayException, InterruptedException {
    DockerStream<Event> stream =
        new DockerStream<>(
            event -> {
              EngineEvent read = read(event);
              if (read != null) {
                next.accept(read);
              }
            },
            ended);
    var command =
        client
            .eventsCmd()
            .withEventTypeFilter(EventType.CONTAINER, EventType.NETWORK)
            .withEventFilter(EngineEvent.ACTIONS);
    if (since != null) {
      command.withSince(since.getEpochSecond() + "." + "%09d".formatted(since.getNano()));
    }
    command.exec(stream);
    awaitStart(stream);
    return stream;
  }

  /** Follows what a container uses: about one reading a second; does not wait for the first. */
  DockerStream<Statistics> stats(
      String id, Consumer<Usage.Counters> next, Consumer<@Nullable Throwable> ended) {
    DockerStream<Statistics> stream =
        new DockerStream<>(
            statistics -> {
              Usage.Counters counters = Readings.read(statistics);
              if (counters != null) {
                next.accept(counters);
              }
            },
            ended);
    client.statsCmd(id).exec(stream);
    return stream;
  }

  /** Reads a log. */
  LogReader logs(String id, LogQuery query) throws IOException, InterruptedException {
    DockerLog log = new DockerLog(cause -> reason(host, cause));
    DockerStream<Frame> stream = new DockerStream<>(log::add, log::end);
    LogContainerCmd command =
        client
            .logContainerCmd(id)
            .withStdOut(true)
            .withStdErr(true)
            .withTail(query.tail())
            .withFollowStream(query.follow());
    Instant since = query.since();
    if (since != null) {
      command.withSince(Math.toIntExact(Math.clamp(since.getEpochSecond(), 0, Integer.MAX_VALUE)));
    }
    command.exec(stream);
    log.opened(stream);
    awaitStart(stream);
    return log;
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitStart(DockerStream<?> stream) throws EngineAwayException, InterruptedException {
    CompletableFuture<Boolean> started = stream.started().toCompletableFuture();
    boolean begun = false;
    try {
      started.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
      begun = true;
    } catch (TimeoutException e) {
      throw new EngineAwayException(late(SOON));
    } catch (ExecutionException e) {
      throw new EngineAwayException(reason(host, e.getCause()));
    } finally {
      if (!begun) {
        stream.close();
      }
    }
  }

  private <T extends @Nullable Object> T unlessMissing(Duration limit, Callable<T> command)
      throws EngineAwayException, InterruptedException {
    return call(
        limit,
        () -> {
          try {
            return command.call();
          } catch (NotFoundException e) {
            return nothing();
          }
        });
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // only for a nullable T
  private static <T extends @Nullable Object> T nothing() {
    return null;
  }

  /** The interrupt closes the socket, so that a call that is given up leaves nothing behind. */
  private <T extends @Nullable Object> T call(Duration limit, Callable<T> command)
      throws EngineAwayException, InterruptedException {
    FutureTask<T> call = new FutureTask<>(command);
    Thread.ofVirtual().name("docker-call").start(call);
    try {
      return call.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new EngineAwayException(late(limit));
    } catch (ExecutionException e) {
      throw new EngineAwayException(reason(host, e.getCause()));
    } finally {
      call.cancel(true);
    }
  }

  private String late(Duration limit) {
    return "no answer from " + host + " within " + limit.toMillis() / 1000 + " s";
  }

  /** What a failure means to whoever has to mend it. */
  String reason(@Nullable Throwable failure) {
    return reason(host, failure);
  }

  static String reason(String host, @Nullable Throwable failure) {
    return EngineReasons.of(host, failure);
  }

  private static @Nullable EngineEvent read(Event event) {
    var type = event.getType();
    var actor = event.getActor();
    String action = event.getAction();
    Long nanos = event.getTimeNano();
    if (type == null || actor == null || action == null || nanos == null) {
      return null;
    }
    Map<String, String> attributes = new HashMap<>();
    if (actor.getAttributes() != null) {
      actor
          .getAttributes()
          .forEach((name, value) -> attributes.put(name, value == null ? "" : value));
    }
    return new EngineEvent(
        type.getValue(),
        action,
        String.valueOf(actor.getId()),
        attributes,
        Instant.ofEpochSecond(0, nanos));
  }
}
