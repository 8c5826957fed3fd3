package tasknet.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tasknet.registry.WorkerId;
import tasknet.runtime.SettingsException;
import tasknet.task.TaskType;
import tasknet.worker.handler.ReverseHandler;

class WorkerSettingsTest {
  private final Handlers known = Handlers.onClassPath();

  private WorkerSettings read(Map<String, String> environment, String... types) {
    return WorkerSettings.read(environment, known, List.of(types), "box-17");
  }

  @Test
  void everythingHasADefault() {
    WorkerSettings settings = read(Map.of(), "hash");

    assertThat(settings.id()).isEqualTo(new WorkerId("hash-box-17"));
    assertThat(settings.service()).isEqualTo("worker-hash");
    assertThat(settings.nameservice()).isEqualTo(URI.create("http://localhost:5001"));
    assertThat(settings.udpPort()).isEqualTo(6000);
    assertThat(settings.httpPort()).isEqualTo(6001);
    assertThat(settings.advertisedHost()).isNull();
    assertThat(settings.concurrency()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(settings.maxDatagram()).isEqualTo(1200);
    assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(settings.cancelGrace()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.resultsKept()).isEqualTo(10_000);
    assertThat(settings.resultsKeptFor()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void aWorkerOfSeveralTypesIsNamedAfterAllAndWaitsForManyAtOnce() {
    WorkerSettings settings = read(Map.of(), "wait", "hash", "wait");

    assertThat(settings.handlers().byType().keySet())
        .containsExactly(new TaskType("hash"), new TaskType("wait"));
    assertThat(settings.service()).isEqualTo("worker-hash.wait");
    assertThat(settings.id().name()).isEqualTo("hash.wait-box-17");
    assertThat(settings.concurrency()).isEqualTo(64);
  }

  @Test
  void manyTasksAreOnTheWayToHandlersThatAreDoneAtOnce() {
    assertThat(read(Map.of(), "reverse", "upper").concurrency()).isEqualTo(256);
    assertThat(read(Map.of(), "reverse", "hash").concurrency())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void theHostNameIsThatOfTheContainerAndIsNotToldWhenItIsStrange() {
    assertThat(read(Map.of("HOSTNAME", "3f2a91c07b1e"), "hash").hostname())
        .isEqualTo("3f2a91c07b1e");
    assertThat(read(Map.of("HOSTNAME", "two words"), "hash").hostname()).isNull();
    assertThat(WorkerSettings.hostname(Map.of())).isNotEmpty();
  }

  @Test
  void theIdFitsWhateverTheHostIsCalled() {
    assertThat(WorkerSettings.id("a".repeat(80), "box-17")).hasSize(64).endsWith("aa-box-17");
    assertThat(WorkerSettings.id("hash", "b x/ü-1")).isEqualTo("hash-b-x---1");
    assertThat(WorkerSettings.id("hash", "x".repeat(70) + "-18")).hasSize(64).endsWith("x-18");
  }

  @Test
  void allErrorsAreReportedTogether() {
    assertThatThrownBy(
            () ->
                read(
                    Map.of(
                        "TASKNET_WORKER_ID", "a b",
                        "TASKNET_UDP_PORT", "70000",
                        "TASKNET_MAX_DATAGRAM", "100",
                        "TASKNET_CONCURRENCY", "0"),
                    "hash"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll(
            "TASKNET_WORKER_ID: 'a b' is not allowed",
            "TASKNET_UDP_PORT: '70000'",
            "a whole number from 256 to 65507",
            "TASKNET_CONCURRENCY: '0'");
  }

  @Test
  void anUnknownTypeIsAnErrorThatListsTheKnownOnes() {
    assertThatThrownBy(() -> read(Map.of(), "hash", "shout", "Not A Type"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll(
            "task type 'shout' is not known",
            "task type 'Not A Type' is not known",
            "known are: hash, random_fact, reverse, sum, upper, wait");
    assertThatThrownBy(() -> read(Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("no task type is given; known are: hash");
  }

  @Test
  void twoHandlersOfOneTypeAreAnError() {
    assertThatThrownBy(() -> new Handlers(List.of(new ReverseHandler(), new ReverseHandler())))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("type 'reverse' has two handlers");
  }
}
