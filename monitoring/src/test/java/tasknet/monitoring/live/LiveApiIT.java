package tasknet.monitoring.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;
import tasknet.http.HttpServer;
import tasknet.http.JsonClient;
import tasknet.monitoring.attention.Attention;
import tasknet.monitoring.containers.NoContainers;
import tasknet.monitoring.testkit.Peers;
import tasknet.registry.Heartbeats;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.runtime.NanoClock;
import tasknet.task.TaskType;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class LiveApiIT {
  private static final Instant STARTED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Peers peers = new Peers();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicLong completed = new AtomicLong(1_000);
  private final List<Long> askedAt = new CopyOnWriteArrayList<>();
  private final AtomicInteger details = new AtomicInteger();
  private final AtomicInteger readiness = new AtomicInteger();
  private volatile boolean completesItsStats;
  private volatile int growth = 10;
  private volatile Instant startedAt = STARTED;
  private volatile Duration sinceHeartbeat = Duration.ofMillis(200);
  private volatile boolean registered = true;
  private @Nullable Path workersFile;

  @AfterEach
  void close() throws Exception {
    peers.close();
  }

  @Test
  void allThatIsKnownIsInOneAnswer(@TempDir Path folder) throws Exception {
    workersFile =
        Files.writeString(
            folder.resolve("workers.json"),
            """
            {"workers": [
              {"name": "hash", "active": true, "replicas": 2},
              {"name": "upper", "active": true}
            ]}
            """);
    URI dispatcher = Peers.local(peers.service(this::dispatcher).port());
    JsonClient client = monitoring(dispatcher, nameservice());

    JsonNode live = awaitThat(client, "/rates/completed");

    assertThat(live.at("/writable").booleanValue()).isTrue();
    assertThat(live.at("/host").stringValue()).isEqualTo("here");
    assertThat(live.at("/dispatcher/up").booleanValue()).isTrue();
    assertThat(live.at("/dispatcher/url").stringValue()).isEqualTo(dispatcher.toString());
    assertThat(live.at("/dispatcher/startedAt").stringValue()).isEqualTo(STARTED.toString());
    assertThat(live.at("/nameservice/ready").booleanValue()).isTrue();
    assertThat(live.at("/docker/available").booleanValue()).isFalse();
    assertThat(live.at("/docker/reason").stringValue()).contains("TASKNET_DOCKER_HOST is none");
    assertThat(live.at("/history").toString()).isEqualTo("{\"kept\":false,\"reason\":\"no room\"}");
    assertThat(live.at("/declared/file").stringValue()).isEqualTo(workersFile.toString());
    assertThat(live.at("/stats/odd/number").intValue()).isEqualTo(17);
    assertThat(live.at("/rates/lost").doubleValue()).isZero();
    assertThat(live.at("/containers")).isEmpty();
    assertThat(live.at("/types").toString())
        .isEqualTo(
            "[{'type':'hash','queued':3,'new':{'x':1},'desired':2,'actual':1,'state':'missing'},"
                .concat("{'type':'upper','desired':1,'actual':0,'state':'missing'}]")
                .replace('\'', '"'));
  }

  @Test
  void aWorkerIsWhatAllOfThemKnowOfIt() throws Exception {
    URI dispatcher = Peers.local(peers.service(this::dispatcher).port());
    JsonClient client = monitoring(dispatcher, nameservice());

    JsonNode live = awaitThat(client, "/workers/0/heartbeatAge");
    await().atMost(SOON).until(() -> get(client).at("/workers/0/rate").asDouble(-1) > 0);

    JsonNode worker = live.at("/workers/0");
    assertThat(worker.at("/id").stringValue()).isEqualTo("w-1");
    assertThat(worker.at("/roundTrip").stringValue()).isEqualTo("PT0.002S");
    assertThat(worker.at("/later").stringValue()).isEqualTo("than this monitoring");
    assertThat(worker.at("/registered").booleanValue()).isTrue();
    assertThat(worker.at("/startedAt").stringValue()).isEqualTo(STARTED.toString());
    assertThat(Duration.parse(worker.at("/heartbeatAge").stringValue())).isEqualTo(sinceHeartbeat);
    assertThat(worker.at("/late").booleanValue()).isFalse();
  }

  @Test
  void aWorkerThatWasKilledIsLateBeforeItsRegistrationEnds() throws Exception {
    URI dispatcher = Peers.local(peers.service(this::dispatcher).port());
    JsonClient client = monitoring(dispatcher, nameservice());
    awaitThat(client, "/workers/0/heartbeatAge");

    sinceHeartbeat = Duration.ofMillis(1_501);
    await().atMost(SOON).until(() -> get(client).at("/workers/0/late").booleanValue());
    registered = false;

    await().atMost(SOON).until(() -> !get(client).at("/workers/0/registered").booleanValue());
    assertThat(get(client).at("/workers/0/id").stringValue()).isEqualTo("w-1");
  }

  @Test
  void aDispatcherThatHangsDelaysNothingOfTheOthers() throws Exception {
    JsonClient client = monitoring(peers.silent(), nameservice());

    JsonNode live = awaitThat(client, "/workers/0/heartbeatAge");

    assertThat(live.at("/nameservice/up").booleanValue()).isTrue();
    assertThat(live.at("/stats").isNull()).isTrue();
    assertThat(live.at("/rates").isNull()).isTrue();
    await()
        .atMost(SOON)
        .until(() -> get(client).at("/dispatcher/reason").asString("").contains("within 900 ms"));
    assertThat(get(client).at("/workers/0/registered").booleanValue()).isTrue();
  }

  @Test
  void aDispatcherThatGoesAwayAndComesBackIsSeen() throws Exception {
    HttpServer first = peers.service(this::dispatcher);
    int port = first.port();
    JsonClient client = monitoring(Peers.local(port), nameservice());
    awaitThat(client, "/rates/completed");

    first.close();
    await().atMost(SOON).until(() -> !get(client).at("/dispatcher/up").booleanValue());
    await().atMost(SOON).until(() -> get(client).at("/stats").isNull());
    startedAt = STARTED.plusSeconds(60);
    completed.set(0);
    peers.service(port, this::dispatcher);

    JsonNode live = awaitThat(client, "/rates/completed");
    assertThat(live.at("/dispatcher/startedAt").stringValue())
        .isEqualTo(STARTED.plusSeconds(60).toString());
    assertThat(live.at("/rates/completed").doubleValue()).isNotNegative();
    assertThat(meters.counter("tasknet.watched.unanswered", "service", "dispatcher").count())
        .isPositive();
  }

  @Test
  void aRequestAsksNobody() throws Exception {
    URI dispatcher = Peers.local(peers.service(this::dispatcher).port());
    JsonClient client = monitoring(dispatcher, nameservice());
    awaitThat(client, "/rates/completed");
    int before = askedAt.size();
    long from = System.nanoTime();

    for (int request = 0; request < 500; request++) {
      get(client);
    }

    long seconds = Duration.ofNanos(System.nanoTime() - from).toSeconds();
    assertThat(askedAt.size() - before).isLessThanOrEqualTo((int) seconds + 2);
  }

  @Test
  void whileNobodyLooksEachIsAskedOneThingAndTheFirstLookSeesAll() throws Exception {
    completesItsStats = true;
    URI dispatcher = Peers.local(peers.service(this::dispatcher).port());
    JsonClient client = monitoring(dispatcher, nameservice());

    await().atMost(SOON).until(() -> askedAt.size() >= 3);
    assertThat(details).hasValue(0);
    assertThat(readiness).hasValue(0);

    JsonNode live = await().atMost(SOON).until(() -> look(client), Objects::nonNull);
    assertThat(live.at("/types/0/queued").intValue()).isEqualTo(3);
    assertThat(live.at("/workers/0/roundTrip").stringValue()).isEqualTo("PT0.002S");
    assertThat(live.at("/workers/0/heartbeatAge").isMissingNode()).isFalse();
    assertThat(live.at("/nameservice/ready").booleanValue()).isTrue();
    assertThat(details).hasPositiveValue();
    assertThat(readiness).hasPositiveValue();
  }

  @Test
  void whileNothingHappensItIsAskedLessOften() throws Exception {
    completesItsStats = true;
    growth = 0;
    URI dispatcher = Peers.local(peers.service(this::dispatcher).port());
    JsonClient client = monitoring(dispatcher, nameservice());

    await().atMost(SOON.multipliedBy(2)).until(() -> askedAt.size() >= 4);
    assertThat(Duration.ofNanos(askedAt.get(3) - askedAt.get(1)))
        .isGreaterThan(Watch.UNWATCHED.multipliedBy(3));

    JsonNode live = await().atMost(SOON).until(() -> look(client), Objects::nonNull);
    assertThat(live.at("/rates/completed").doubleValue()).isZero();
  }

  @Test
  void aDispatcherThatTellsTooLittleIsAskedForItsTypesToo() throws Exception {
    URI dispatcher = Peers.local(peers.service(this::dispatcher).port());
    monitoring(dispatcher, nameservice());

    await().atMost(SOON).until(() -> details.get() >= 2);
  }

  private JsonNode awaitThat(JsonClient client, String path) throws Exception {
    await().atMost(SOON).until(() -> !get(client).at(path).isMissingNode());
    return get(client);
  }

  /**
   * Null when it does not see all, which only one may that has waited as long as a question may.
   */
  private static @Nullable JsonNode look(JsonClient client)
      throws IOException, InterruptedException {
    long from = System.nanoTime();
    JsonNode live = get(client);
    if (live.at("/types/0").isObject() && live.at("/nameservice/ready").booleanValue()) {
      return live;
    }
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(Live.TIMEOUT);
    return null;
  }

  private static JsonNode get(JsonClient client) throws IOException, InterruptedException {
    return client.get("/api/live", JsonNode.class);
  }

  private JsonClient monitoring(URI dispatcher, URI nameservice) {
    Live live =
        peers.keep(
            new Live(
                dispatcher,
                nameservice,
                workersFile,
                new Attention(NanoClock.SYSTEM),
                NanoClock.SYSTEM,
                meters,
                NOPLogger.NOP_LOGGER));
    LiveApi api =
        new LiveApi(
            live,
            new NoContainers(STARTED),
            true,
            "here",
            () -> "no room",
            InstantSource.system(),
            NanoClock.SYSTEM,
            meters);
    URI url = Peers.local(peers.service(api::routes).port());
    live.start();
    return peers.keep(new JsonClient(url, SOON));
  }

  private void dispatcher(RoutesConfig routes) {
    routes.get(
        "/stats",
        context -> {
          askedAt.add(System.nanoTime());
          long now = completed.addAndGet(growth);
          Map<String, Object> stats =
              Map.of(
                  "startedAt", startedAt,
                  "tasksSubmitted", now,
                  "attempts", Map.of("completed", now, "failed", 1, "lost", 2),
                  "udp", Map.of("retransmissions", 3, "messagesSent", now),
                  "odd", Map.of("number", 17));
          Map<String, Object> told = new HashMap<>(stats);
          if (completesItsStats) {
            told.put("queued", 3);
          }
          context.json(told);
        });
    routes.get(
        "/types",
        context -> {
          details.incrementAndGet();
          context
              .contentType("application/json")
              .result("{\"types\":[{\"type\":\"hash\",\"queued\":3,\"new\":{\"x\":1}}]}");
        });
    routes.get(
        "/workers",
        context ->
            context.json(
                Map.of(
                    "workers",
                    List.of(
                        Map.of(
                            "id",
                            "w-1",
                            "types",
                            List.of("hash"),
                            "roundTrip",
                            "PT0.002S",
                            "completed",
                            completed.get(),
                            "failed",
                            0,
                            "lost",
                            0,
                            "later",
                            "than this monitoring")))));
  }

  private URI nameservice() {
    return Peers.local(
        peers
            .service(
                routes -> {
                  routes.before("/health/ready", _ -> readiness.incrementAndGet());
                  routes.get("/workers", context -> context.json(workers()));
                })
            .port());
  }

  private WorkerList workers() {
    Instant now = Instant.now();
    Duration timeToLive = Duration.ofSeconds(5);
    RegisteredWorker worker =
        new RegisteredWorker(
            new WorkerId("w-1"),
            new Registration(
                Set.of(new TaskType("hash")), "10.0.0.1", 6000, 8, 1, "0.1.0", STARTED),
            now.plus(timeToLive).minus(sinceHeartbeat),
            false);
    return new WorkerList(7, registered ? List.of(worker) : List.of())
        .with(new Heartbeats(now, timeToLive, Duration.ofSeconds(1)));
  }
}
