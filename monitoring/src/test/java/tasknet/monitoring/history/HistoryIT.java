package tasknet.monitoring.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;
import tasknet.http.JsonClient;
import tasknet.http.ProblemException;
import tasknet.monitoring.attention.Attention;
import tasknet.monitoring.containers.NoContainers;
import tasknet.monitoring.live.Live;
import tasknet.monitoring.testkit.Peers;
import tasknet.registry.Departure;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskType;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class HistoryIT {
  private static final Instant STARTED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration SOON = Duration.ofSeconds(30);

  private final Peers peers = new Peers();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicLong completed = new AtomicLong(1_000);
  private volatile int growth = 10;
  private volatile Instant startedAt = STARTED;
  private volatile WorkerList workers = new WorkerList(1, List.of(worker("w-1")));

  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    peers.close();
  }

  @Test
  void whatTheServicesTellIsKeptOverARestart() throws Exception {
    HttpServer dispatcher = peers.service(this::dispatcher);
    Running first = start(dispatcher.port());
    await().atMost(SOON).until(() -> known(first.get(""), "completed") >= 2);
    first.close();

    Running second = start(dispatcher.port());
    JsonNode part = second.get("");

    assertThat(part.at("/step").intValue()).isEqualTo(2);
    assertThat(part.at("/times")).hasSizeBetween(450, 452);
    assertThat(known(part, "completed")).isGreaterThanOrEqualTo(2);
    assertThat(last(part, "completed")).isPositive();
    assertThat(last(part, "queued")).isEqualTo(4);
    assertThat(last(part, "running")).isEqualTo(2);
    assertThat(last(part, "oldestQueued")).isBetween(6.0, 60.0);
    assertThat(last(part, "p95")).isEqualTo(0.25);
    assertThat(last(part, "workers")).isEqualTo(1);
    assertThat(second.history.problem()).isNull();
    assertThat(meters.counter("tasknet.history.writes").count()).isPositive();
  }

  @Test
  void aReadingStandsForTheTimeSinceTheOneBefore() throws Exception {
    growth = 0; // so that readings are rare
    Running running = start(peers.service(this::dispatcher).port());

    await().atMost(SOON).until(() -> known(running.get(""), "queued") >= 6);

    String queued = running.get("").at("/series/queued").toString();
    assertThat(queued).matches("\\[(null,)*(4.0,?){6,}(,?null)*]");
  }

  @Test
  void whatHappensIsMarked() throws Exception {
    HttpServer dispatcher = peers.service(this::dispatcher);
    int port = dispatcher.port();
    Running running = start(port);
    await().atMost(SOON).until(() -> known(running.get(""), "workers") >= 1);

    workers = new WorkerList(2, List.of(worker("w-1"), worker("w-2")));
    awaitMarker(running, "worker-joined", "worker w-2 joined");
    workers =
        new WorkerList(
            3,
            List.of(worker("w-1")),
            List.of(
                new Departure(
                    new WorkerId("w-2"), 1, Departure.Kind.DIED, "out of memory", STARTED, 3)));
    awaitMarker(running, "worker-lost", "worker w-2 died: out of memory");
    dispatcher.close();
    awaitMarker(running, "dispatcher-away", "the dispatcher is away: nothing listens");
    startedAt = STARTED.plusSeconds(1);
    completed.set(0);
    peers.service(port, this::dispatcher);
    awaitMarker(running, "dispatcher-back", "the dispatcher is back");
    awaitMarker(running, "dispatcher-restarted", "the dispatcher was started anew");
    running.close();
    Files.writeString(
        folder.resolve("monitoring-markers.ndjson"),
        "{\"at\":\"2026-01-0",
        StandardOpenOption.APPEND);

    Running second = start(port);

    awaitMarker(second, "worker-lost", "worker w-2 died: out of memory");
    JsonNode part = second.get("?from=" + Instant.now().minusSeconds(86_000) + "&points=10");
    for (JsonNode rate : part.at("/series/completed")) {
      assertThat(rate.isNull() || rate.doubleValue() >= 0).isTrue();
    }
  }

  @Test
  void withoutRoomOnTheDiskItStaysInMemoryAndIsWrittenWhenThereIs() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tasknet-test", disk.toString()),
        "mounting a small file system is not permitted here");
    try {
      HttpServer dispatcher = peers.service(this::dispatcher);
      folder = disk;
      Running running = start(dispatcher.port());
      assertThat(running.history.problem()).contains(disk.toString());
      await().atMost(SOON).until(() -> known(running.get(""), "completed") >= 1);

      assertThat(run("mount", "-o", "remount,size=8m", disk.toString())).isTrue();

      await().atMost(SOON).until(() -> running.history.problem() == null);
      running.close();
      assertThat(known(start(dispatcher.port()).get(""), "completed")).isPositive();
    } finally {
      peers.close();
      run("umount", disk.toString());
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsSaidToBe() throws Exception {
    folder = Files.writeString(folder.resolve("file"), "no folder");

    Running running = start(peers.service(this::dispatcher).port());

    assertThat(running.history.problem()).contains("cannot be written into " + folder);
    await().atMost(SOON).until(() -> known(running.get(""), "queued") >= 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?from=yesterday",
        "?to=+999999999-01-01T00:00:00Z",
        "?points=9",
        "?points=2001",
        "?points=x",
        "?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        "?from=2020-01-02T00:00:00Z"
      })
  void whatIsNotAllowedIsSaid(String query) throws Exception {
    Running running = start(peers.service(this::dispatcher).port());

    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> running.get(query));

    assertThat(refused.problem().status()).isEqualTo(400);
    assertThat(refused.problem().detail()).contains("is not allowed; it must be");
  }

  private static int known(JsonNode part, String series) {
    int known = 0;
    for (JsonNode value : part.at("/series/" + series)) {
      known += value.isNull() ? 0 : 1;
    }
    return known;
  }

  private static double last(JsonNode part, String series) {
    double last = Double.NaN;
    for (JsonNode value : part.at("/series/" + series)) {
      last = value.isNull() ? last : value.doubleValue();
    }
    return last;
  }

  private static void awaitMarker(Running running, String kind, String text) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(running.get("").at("/markers"))
                    .anySatisfy(
                        marker -> {
                          assertThat(marker.at("/kind").stringValue()).isEqualTo(kind);
                          assertThat(marker.at("/text").stringValue()).startsWith(text);
                        }));
  }

  /** Monitoring, as far as it has to do with the history. */
  private final class Running {
    final History history =
        new History(folder, InstantSource.system(), NanoClock.SYSTEM, meters, NOPLogger.NOP_LOGGER);
    final Live live;
    final JsonClient client;

    Running(int dispatcher) {
      int nameservice =
          peers.service(routes -> routes.get("/workers", context -> context.json(workers))).port();
      live =
          new Live(
              Peers.local(dispatcher),
              Peers.local(nameservice),
              null,
              new Attention(NanoClock.SYSTEM),
              NanoClock.SYSTEM,
              meters,
              NOPLogger.NOP_LOGGER);
      HistoryApi api = new HistoryApi(history, InstantSource.system());
      client = new JsonClient(Peers.local(peers.service(api::routes).port()), SOON);
    }

    JsonNode get(String query) throws IOException, InterruptedException {
      return client.get("/api/history" + query, JsonNode.class);
    }

    void close() {
      live.close();
      history.close();
      client.close();
    }
  }

  private Running start(int dispatcher) {
    Running running = new Running(dispatcher);
    peers.keep(running::close);
    running.history.start(running.live, new NoContainers(STARTED));
    running.live.start();
    return running;
  }

  private void dispatcher(RoutesConfig routes) {
    routes.get(
        "/stats",
        context -> {
          long now = completed.addAndGet(growth);
          context.json(
              Map.of(
                  "startedAt",
                  startedAt,
                  "tasksSubmitted",
                  now,
                  "attempts",
                  Map.of("completed", now, "failed", 1, "lost", 2),
                  "udp",
                  Map.of("retransmissions", 3, "messagesSent", now),
                  "queued",
                  4,
                  "running",
                  2,
                  "oldestQueuedAt",
                  Instant.now().minusSeconds(7),
                  "latency",
                  Map.of("total", Map.of("p95", "PT0.25S"))));
        });
    routes.get("/types", context -> context.json(Map.of("types", List.of())));
    routes.get("/workers", context -> context.json(Map.of("workers", List.of())));
  }

  private static RegisteredWorker worker(String id) {
    return new RegisteredWorker(
        new WorkerId(id),
        new Registration(Set.of(new TaskType("hash")), "10.0.0.1", 6000, 8, 1, "0.1.0", STARTED),
        STARTED,
        false);
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
