package tasknet.monitoring.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;
import tasknet.monitoring.attention.Attention;
import tasknet.runtime.NanoClock;
import tasknet.testkit.NeedsDocker;
import tasknet.testkit.TestProject;

@NeedsDocker
@Timeout(120)
class DockerContainersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TestProject project = new TestProject("dapi-seen");
  private final Watched watched = Watched.of(project.name());

  @AfterEach
  void close() throws IOException {
    watched.close();
    project.close();
  }

  @Test
  void aContainerIsShownWithAllThatThereIs() throws Exception {
    String id =
        project.run(
            "a",
            List.of(
                "-p",
                "127.0.0.1:0:4000",
                "--expose",
                "6000/udp",
                "--label",
                "org.x=y",
                "-m",
                "64m",
                "--health-cmd",
                "true",
                "--health-interval",
                "1s"),
            "sleep",
            "60");
    String name = project.name() + "-a";
    watched.await(name, EventKind.HEALTH_STATUS);
    await().atMost(PATIENCE).until(() -> "healthy".equals(watched.container(name).health()));
    await().atMost(PATIENCE).until(() -> !history(name).isEmpty());

    Container it = watched.container(name);
    assertThat(it.id()).isEqualTo(id);
    assertThat(it.service()).isEqualTo("a");
    assertThat(it.number()).isEqualTo(1);
    assertThat(it.image()).isEqualTo("eclipse-temurin:25-jre");
    assertThat(it.state()).isEqualTo(ContainerState.RUNNING);
    assertThat(it.uptime()).isPositive();
    assertThat(it.exitCode()).isNull();
    assertThat(it.labels())
        .containsEntry("org.x", "y")
        .doesNotContainKey("com.docker.compose.project");
    assertThat(it.networks()).containsOnlyKeys("bridge");
    assertThat(it.ports()).hasSize(2);
    assertThat(it.ports().getFirst().publishedAt().getFirst()).startsWith("127.0.0.1:");
    assertThat(it.ports().getLast()).isEqualTo(new Container.Port(6000, "udp", List.of()));
    Usage usage = it.usage();
    assertThat(usage).isNotNull();
    assertThat(usage == null ? 0 : usage.memoryLimit()).isEqualTo(64 * 1024 * 1024);
    assertThat(usage == null ? 0 : usage.memory()).isPositive();
    assertThat(watched.events).noneMatch(event -> event.kind().word().startsWith("exec"));
  }

  @Test
  void theCauseOfEachEndIsTold() throws Exception {
    project.run("clean", List.of(), "true");
    project.run("failed", List.of(), "bash", "-c", "exit 4");
    project.run("killed", List.of(), "sleep", "60");
    TestProject.docker("kill", project.name() + "-killed");
    project.run(
        "memory", List.of("-m", "16m", "--memory-swap", "16m"), "bash", "-c", "tail /dev/zero");

    assertEnd("clean", "ended by itself", "exit code 0");
    assertEnd("failed", "exit code 4", "exit code 4");
    assertEnd("killed", "killed by signal SIGKILL", "killed by signal SIGKILL (exit code 137)");
    assertEnd("memory", "out of memory", "out of memory (exit code 137)");
    assertThat(watched.count(EventKind.OOM)).isPositive();
    assertThat(watched.await(project.name() + "-killed", EventKind.KILL).signal()).isEqualTo("9");
  }

  @Test
  void whatHappensIsToldInItsOrder() throws Exception {
    String id = project.run("b", List.of("--stop-timeout", "0"), "sleep", "60");
    String name = project.name() + "-b";
    String address = watched.await(name, ContainerState.RUNNING).networks().get("bridge");
    String network = project.name() + "-net";
    TestProject.docker(
        "network", "create", "--label", "com.docker.compose.project=" + project.name(), network);
    TestProject.docker("pause", id);
    TestProject.docker("unpause", id);
    TestProject.docker("network", "connect", network, id);
    TestProject.docker("restart", id);
    TestProject.docker("stop", id);
    watched.await(name, ContainerState.EXITED);

    assertThat(watched.events)
        .extracting(ContainerEvent::kind)
        .filteredOn(kind -> kind != EventKind.CONNECT && kind != EventKind.DISCONNECT)
        .filteredOn(kind -> kind != EventKind.KILL)
        .containsExactly(
            EventKind.START,
            EventKind.PAUSE,
            EventKind.UNPAUSE,
            EventKind.STOP,
            EventKind.DIE,
            EventKind.START,
            EventKind.RESTART,
            EventKind.STOP,
            EventKind.DIE);
    assertThat(watched.events)
        .anyMatch(it -> it.kind() == EventKind.CONNECT && network.equals(it.network()));
    assertThat(watched.events).extracting(ContainerEvent::name).containsOnly(name);
    assertThat(watched.events).extracting(ContainerEvent::sequence).isSorted();
    ContainerEvent death =
        watched.events.stream().filter(it -> it.kind() == EventKind.DIE).findFirst().orElseThrow();
    assertThat(death.addresses()).contains(String.valueOf(address)).hasSize(2);
    assertThat(death.shortId()).isEqualTo(id.substring(0, 12));
  }

  @Test
  void theStreamOfReadingsEndsWithTheContainer() throws Exception {
    String id = project.run("c", List.of(), "sleep", "60");
    String name = project.name() + "-c";
    await().atMost(PATIENCE).until(() -> history(name).size() >= 3);
    assertThat(watched.runtime.openStreams()).isEqualTo(1);

    TestProject.docker("kill", id);
    watched.await(name, ContainerState.EXITED);
    await().atMost(PATIENCE).until(() -> watched.runtime.openStreams() == 0);
    assertThat(watched.container(name).usage()).isNull();

    TestProject.docker("rm", id);
    await().atMost(PATIENCE).until(() -> watched.runtime.containers(0).isEmpty());
  }

  @Test
  void readingsAreRareWhileNobodyLooks() throws Exception {
    project.run("c", List.of(), "sleep", "120");
    String name = project.name() + "-c";
    // It is read as often as something happens to it; then every ten seconds.
    await()
        .atMost(PATIENCE)
        .until(() -> between(unlooked(name)).compareTo(Duration.ofSeconds(5)) > 0);
    await().atMost(PATIENCE).until(() -> watched.runtime.openStreams() == 0);

    await()
        .atMost(PATIENCE)
        .until(() -> between(history(name)).compareTo(Duration.ofSeconds(3)) < 0);
    assertThat(watched.runtime.openStreams()).isEqualTo(1);
  }

  /** The time between the last two. */
  private static Duration between(List<Usage> readings) {
    return readings.size() < 2
        ? Duration.ZERO
        : Duration.between(readings.get(readings.size() - 2).at(), readings.getLast().at());
  }

  @Test
  void aLogIsReadBackAndFollowed() throws Exception {
    String id =
        project.run(
            "d",
            List.of(),
            "bash",
            "-c",
            "for i in $(seq 1000); do echo line $i; done; sleep 2; echo later >&2; sleep 60");
    watched.await(project.name() + "-d", ContainerState.RUNNING);
    await().atMost(PATIENCE).until(() -> read(id, new LogQuery(null, 10, false)).contains("1000"));

    assertThat(read(id, new LogQuery(null, 2, false))).isEqualTo("line 999\nline 1000\n");
    assertThat(read(id, new LogQuery(null, 10_000, false)).lines()).hasSize(1000);
    assertThat(read(id, new LogQuery(Instant.now().plusSeconds(60), 10, false))).isEmpty();
    try (LogReader reader = watched.runtime.logs(id, new LogQuery(null, 1, true))) {
      StringBuilder text = new StringBuilder();
      while (!text.toString().endsWith("later\n")) {
        text.append(new String(reader.next(Duration.ofSeconds(10)), StandardCharsets.UTF_8));
      }
      TestProject.docker("kill", id);
      while (!reader.ended()) {
        reader.next(Duration.ofSeconds(10));
      }
    }
  }

  @Test
  void aLogOfNoContainerIsRefused() {
    assertThatThrownBy(() -> watched.runtime.logs("0123456789ab", new LogQuery(null, 1, false)))
        .isInstanceOf(EngineAwayException.class)
        .hasMessageContaining("No such container");
  }

  @Test
  void containersOfOthersAreNotSeen() throws Exception {
    try (TestProject other = new TestProject("dapi-other")) {
      other.run("x", List.of(), "true");
      project.run("y", List.of(), "true");
      watched.await(project.name() + "-y", EventKind.DIE);
      watched.await(project.name() + "-y", ContainerState.EXITED);

      assertThat(watched.runtime.containers(0))
          .extracting(Container::name)
          .containsExactly(project.name() + "-y");
      assertThat(watched.events).allMatch(it -> it.name().startsWith(project.name()));
    }
  }

  @Test
  void theProjectIsThatOfTheContainerItRunsIn() throws Exception {
    String id = project.create("self", List.of(), "true");
    assertThat(detected(id.substring(0, 12))).isEqualTo(project.name());
    assertThat(detected("no-such-host")).isEqualTo("tasknet");
  }

  private static String detected(String hostname) {
    try (DockerContainers runtime =
        new DockerContainers(
            new ContainerSettings("unix:///var/run/docker.sock", null, hostname),
            new Attention(NanoClock.SYSTEM),
            InstantSource.system(),
            NOPLogger.NOP_LOGGER)) {
      runtime.start();
      await().atMost(PATIENCE).until(() -> runtime.engine().available());
      return runtime.project();
    }
  }

  private void assertEnd(String service, String cause, String text) {
    String name = project.name() + "-" + service;
    Exit exit = watched.await(name, EventKind.DIE).exit();
    assertThat(exit == null ? null : exit.text()).isEqualTo(text);
    assertThat(watched.await(name, ContainerState.EXITED).exitCause()).isEqualTo(cause);
  }

  private List<Usage> history(String name) {
    List<Usage> history = watched.container(name).history();
    return history == null ? List.of() : history;
  }

  /** Its readings, without a look. */
  private List<Usage> unlooked(String name) {
    return watched.runtime.containers(UsageHistory.CAPACITY).stream()
        .filter(it -> it.name().equals(name) && it.history() != null)
        .flatMap(it -> it.history().stream())
        .toList();
  }

  private String read(String id, LogQuery query) throws IOException, InterruptedException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (LogReader reader = watched.runtime.logs(id, query)) {
      while (!reader.ended()) {
        text.writeBytes(reader.next(Duration.ofSeconds(10)));
      }
    }
    return text.toString(StandardCharsets.UTF_8);
  }
}
