package tasknet.nameservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.http.Json;
import tasknet.http.Problem;
import tasknet.registry.Heartbeat;
import tasknet.registry.RegisteredWorker;
import tasknet.registry.Registration;
import tasknet.registry.WorkerEndpoint;
import tasknet.registry.WorkerId;
import tasknet.registry.WorkerList;
import tasknet.testkit.Exposition;

class RegistryApiIT {
  private static final Duration LONG = Duration.ofMinutes(10);

  @TempDir Path folder;
  private Running running;

  @BeforeEach
  void start() throws Exception {
    running = new Running(folder, LONG);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  @Test
  void aRegistrationIsAnsweredWithTheTermsAndListed() throws Exception {
    Registration registration = RegistryTest.registration(1, "hash", "sum");
    HttpResponse<String> response = running.put("w-1", registration);

    assertThat(response.statusCode()).isEqualTo(200);
    Heartbeat heartbeat = Json.mapper().readValue(response.body(), Heartbeat.class);
    assertThat(heartbeat.timeToLive()).isEqualTo(LONG);
    assertThat(heartbeat.interval()).isEqualTo(Duration.ofMillis(100));
    WorkerList list = running.get("/workers", WorkerList.class);
    assertThat(list.revision()).isEqualTo(heartbeat.revision());
    assertThat(list.workers())
        .singleElement()
        .satisfies(
            worker -> {
              assertThat(worker.id()).isEqualTo(new WorkerId("w-1"));
              assertThat(worker.registration()).isEqualTo(registration);
              assertThat(worker.fixed()).isFalse();
            });
    assertThat(running.get("/workers?type=upper", WorkerList.class).workers()).isEmpty();
    assertThat(running.get("/workers?type=sum", WorkerList.class).workers()).hasSize(1);
  }

  @Test
  void heartbeatsAreLoggedOnceAndCounted() throws Exception {
    for (int i = 0; i < 5; i++) {
      running.put("w-1", RegistryTest.registration(1, "hash"));
    }
    running.put("w-1", RegistryTest.registration(2, "hash"));
    running.send("DELETE", "/workers/w-1", "");

    assertThat(running.logged().stream().filter(line -> line.contains("worker=w-1")))
        .satisfiesExactly(
            line -> assertThat(line).contains("registered 10.0.0.1:6000 types=hash"),
            line -> assertThat(line).contains("registered anew", "epoch=2"),
            line -> assertThat(line).contains("departed"));
    assertThat(running.metric("tasknet_registrations_total")).isEqualTo(2);
    assertThat(running.metric("tasknet_heartbeats_total")).isEqualTo(6);
    assertThat(running.metric("tasknet_departures_total")).isEqualTo(1);
    assertThat(running.metric("tasknet_workers")).isZero();
    assertThat(Exposition.of(running.get("/metrics").body()).violations()).isEmpty();
  }

  @Test
  void aHeartbeatLikeTheOneBeforeIsAnsweredWithTheRevisionOfNow() throws Exception {
    Registration registration = RegistryTest.registration(1, "hash");
    String first = running.put("w-1", registration).body();
    assertThat(running.put("w-1", registration).body()).isEqualTo(first);
    String other = running.put("w-2", registration).body();
    assertThat(other).isNotEqualTo(first);

    assertThat(running.put("w-1", registration).body()).isEqualTo(other);

    running.send("DELETE", "/workers/w-1", "");
    String again = running.put("w-1", registration).body();
    assertThat(again).isNotEqualTo(other);
    assertThat(running.get("/workers", WorkerList.class).workers())
        .extracting(RegisteredWorker::id)
        .containsExactly(new WorkerId("w-1"), new WorkerId("w-2"));
    assertThat(
            running.metric(
                "http_request_duration_seconds_count{kind=\"call\",method=\"PUT\",status=\"200\","
                    + "uri=\"/workers/{id}\"}"))
        .isEqualTo(5);
  }

  @Test
  void anOlderProcessIsToldSo() throws Exception {
    running.put("w-1", RegistryTest.registration(7, "hash"));

    HttpResponse<String> response = running.put("w-1", RegistryTest.registration(6, "hash"));

    Problem problem = problem(response, 409);
    assertThat(problem.code()).isEqualTo("older-process");
    assertThat(problem.detail()).contains("w-1", "epoch 6", "epoch is 7");
    assertThat(problem.extensions()).containsEntry("liveEpoch", 7);
  }

  @Test
  void aDepartureSaysWhetherSomethingWasRemoved() throws Exception {
    running.put("w-1", RegistryTest.registration(7, "hash"));

    assertThat(running.send("DELETE", "/workers/w-1?epoch=6", "").body())
        .isEqualTo("{\"removed\":false}");
    assertThat(running.send("DELETE", "/workers/w-1?epoch=7", "").body())
        .isEqualTo("{\"removed\":true}");
    assertThat(running.send("DELETE", "/workers/w-1", "").body()).isEqualTo("{\"removed\":false}");
  }

  @Test
  void aReportedDeathIsHeardByABlockingQueryLoggedAndCounted() throws Exception {
    running.put("w-1", RegistryTest.registration(7, "hash"));
    long revision = running.get("/workers", WorkerList.class).revision();
    var query = running.getLater("/workers?wait=60s&after=" + revision);

    HttpResponse<String> answer = death("w-1", "{\"epoch\":7,\"cause\":\"exit code 137\"}");

    assertThat(answer.body()).isEqualTo("{\"removed\":true,\"recorded\":true}");
    String heard = query.get(30, TimeUnit.SECONDS).body();
    assertThat(heard).contains("\"kind\":\"died\"");
    assertThat(Json.mapper().readValue(heard, WorkerList.class).departures())
        .singleElement()
        .satisfies(
            departure -> {
              assertThat(departure.id()).isEqualTo(new WorkerId("w-1"));
              assertThat(departure.epoch()).isEqualTo(7);
              assertThat(departure.cause()).isEqualTo("exit code 137");
              assertThat(departure.revision()).isEqualTo(revision + 1);
            });
    assertThat(running.metric("tasknet_deaths_total")).isEqualTo(1);
    assertThat(running.logged())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("WARN", "reported dead cause=exit code 137 epoch=7 worker=w-1"));

    running.put("w-1", RegistryTest.registration(7, "hash"));

    assertThat(running.logged())
        .anySatisfy(line -> assertThat(line).contains("WARN", "lives", "worker=w-1"));
    assertThat(running.get("/workers", WorkerList.class).departures()).isEmpty();
  }

  @Test
  void aDeathOfAnotherEpochOrOfAnUnknownWorkerRemovesNothing() throws Exception {
    running.put("w-1", RegistryTest.registration(7, "hash"));
    String nothing = "{\"removed\":false,\"recorded\":false}";

    assertThat(death("w-1", "{\"epoch\":6,\"cause\":\"killed\"}").body()).isEqualTo(nothing);
    assertThat(death("w-2", "{\"epoch\":7,\"cause\":\"killed\"}").body()).isEqualTo(nothing);

    assertThat(running.get("/workers", WorkerList.class).workers()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"cause\":\"killed\"}",
        "{\"epoch\":7}",
        "{\"epoch\":-1,\"cause\":\"killed\"}",
        "{\"epoch\":7,\"cause\":\"\"}",
        "{\"epoch\":7,\"cause\":\"two\\nlines\"}",
        "{\"epoch\":7,\"cause\":\"turned \\u202e around\"}",
        "{\"epoch\":\"x\",\"cause\":\"killed\"}",
        "[]",
        ""
      })
  void aReportThatIsNotOneIsRefusedAndRemovesNothing(String body) throws Exception {
    running.put("w-1", RegistryTest.registration(7, "hash"));

    problem(death("w-1", body), 400);

    assertThat(running.get("/workers", WorkerList.class).workers()).hasSize(1);
  }

  @Test
  void theCauseMayHaveTwoHundredCharacters() throws Exception {
    running.put("w-1", RegistryTest.registration(7, "hash"));

    problem(death("w-1", "{\"epoch\":7,\"cause\":\"" + "x".repeat(201) + "\"}"), 400);
    assertThat(death("w-1", "{\"epoch\":7,\"cause\":\"" + "x".repeat(200) + "\"}").body())
        .contains("\"removed\":true");
  }

  @Test
  void lookupsGoRoundTheLiveWorkersOfTheType() throws Exception {
    running.put("a", RegistryTest.registration(1, "hash"));
    running.put("b", RegistryTest.registration(1, "hash"));
    running.put("c", RegistryTest.registration(1, "sum"));

    List<String> given = List.of(lookup().id().name(), lookup().id().name(), lookup().id().name());

    assertThat(given).containsExactly("a", "b", "a");
    assertThat(lookup()).isEqualTo(new WorkerEndpoint(new WorkerId("b"), "10.0.0.1", 6000));
    assertThat(running.metric("tasknet_lookups_total{result=\"found\"}")).isEqualTo(4);
  }

  @Test
  void aLookupOfATypeThatNobodyRunsIsAProblem() throws Exception {
    Problem problem = problem(running.get("/lookup/hash"), 404);

    assertThat(problem.code()).isEqualTo("no-worker");
    assertThat(problem.detail()).contains("'hash'");
    assertThat(running.metric("tasknet_lookups_total{result=\"no-worker\"}")).isEqualTo(1);
  }

  @Test
  void aSilentWorkerExpiresAndIsLogged() throws Exception {
    try (Running quick = new Running(folder.resolve("quick"), Duration.ofMillis(300))) {
      quick.put("w-1", RegistryTest.registration(1, "hash"));
      WorkerList list = quick.get("/workers", WorkerList.class);

      WorkerList after = quick.get("/workers?wait=60s&after=" + list.revision(), WorkerList.class);

      assertThat(after.workers()).isEmpty();
      assertThat(after.revision()).isEqualTo(list.revision() + 1);
      assertThat(quick.metric("tasknet_expirations_total")).isEqualTo(1);
      assertThat(quick.logged())
          .anySatisfy(line -> assertThat(line).contains("WARN", "expired", "worker=w-1"));
      assertThat(quick.get("/lookup/hash").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aRestartKeepsTheWorkersAndTheRevisionGrows() throws Exception {
    running.put("w-1", RegistryTest.registration(1, "hash"));
    WorkerList before = running.get("/workers", WorkerList.class);
    running.close();

    running = new Running(folder, LONG);

    WorkerList after = running.get("/workers", WorkerList.class);
    assertThat(after.workers().stream().map(RegisteredWorker::registration))
        .containsExactly(RegistryTest.registration(1, "hash"));
    assertThat(after.revision()).isGreaterThan(before.revision());
    assertThat(running.get("/lookup/hash").statusCode()).isEqualTo(200);
  }

  @Test
  void theFileFollowsARegistrationWithoutAStop() throws Exception {
    running.put("w-1", RegistryTest.registration(1, "hash"));

    await()
        .untilAsserted(
            () ->
                assertThat(folder.resolve("registry.json")).content().contains("\"id\" : \"w-1\""));
  }

  @Test
  void manyWorkersRegisterAtTheSameTime() {
    IntStream.range(0, 300)
        .parallel()
        .forEach(
            i -> {
              try {
                running.put("w-" + i, RegistryTest.registration(1, "hash"));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });

    await().until(() -> running.get("/workers", WorkerList.class).workers().size() == 300);
  }

  @Test
  void itIsReadyOnceStarted() throws Exception {
    assertThat(running.get("/health/ready").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> death(String id, String body) throws Exception {
    return running.send("POST", "/workers/" + id + "/death", body);
  }

  private WorkerEndpoint lookup() throws Exception {
    return running.get("/lookup/hash", WorkerEndpoint.class);
  }

  static Problem problem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith(Problem.MEDIA_TYPE));
    return Json.mapper().readValue(response.body(), Problem.class);
  }
}
