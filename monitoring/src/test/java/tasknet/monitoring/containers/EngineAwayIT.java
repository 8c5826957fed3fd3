package tasknet.monitoring.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tasknet.testkit.NeedsDocker;
import tasknet.testkit.TestProject;

@NeedsDocker
@Timeout(120)
class EngineAwayIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TestProject project = new TestProject("dapi-away");
  private final String name = project.name() + "-a";
  private @Nullable EngineProxy proxy;
  private @Nullable Watched watched;

  @BeforeEach
  void connect(@TempDir Path folder) {
    EngineProxy opened = EngineProxy.open(folder.resolve("docker.sock"));
    proxy = opened;
    watched = new Watched(opened.host(), project.name());
  }

  @AfterEach
  void close() throws IOException {
    watched().close();
    proxy().close();
    project.close();
  }

  @Test
  void whenItComesBackAllGoesOnWithoutARestart() throws Exception {
    String id = project.run("a", List.of(), "sleep", "60");
    watched().awaitAvailable(true);
    watched().await(name, ContainerState.RUNNING);

    proxy().cut();
    watched().awaitAvailable(false);
    await()
        .atMost(PATIENCE)
        .until(() -> String.valueOf(watched().runtime.engine().reason()).startsWith("nothing at"));
    assertThat(watched().runtime.openStreams()).isZero();
    assertThat(watched().container(name).state()).isEqualTo(ContainerState.RUNNING);
    assertThat(watched().container(name).usage()).isNull();

    proxy().heal();
    watched().awaitAvailable(true);
    await().atMost(PATIENCE).until(() -> watched().container(name).usage() != null);
    TestProject.docker("kill", id);
    assertThat(watched().await(name, EventKind.DIE).missed()).isFalse();
  }

  @Test
  void whatHappenedMeanwhileIsToldOnce() throws Exception {
    String id = project.run("a", List.of(), "sleep", "60");
    watched().awaitAvailable(true);
    watched().await(name, ContainerState.RUNNING);

    proxy().cut();
    watched().awaitAvailable(false);
    TestProject.docker("kill", id);
    TestProject.docker("start", id);
    proxy().heal();
    watched().awaitAvailable(true);
    watched().await(name, EventKind.DIE);
    await().atMost(PATIENCE).until(() -> watched().container(name).usage() != null);

    assertThat(watched().count(EventKind.DIE)).isEqualTo(1);
    assertThat(watched().container(name).state()).isEqualTo(ContainerState.RUNNING);
  }

  @Test
  void oneThatDoesNotAnswerIsAwayAndNobodyWaitsForIt() throws Exception {
    String id = project.run("a", List.of(), "sleep", "60");
    watched().awaitAvailable(true);
    watched().await(name, ContainerState.RUNNING);

    proxy().stall();
    assertThatThrownBy(() -> watched().runtime.logs(id, new LogQuery(null, 1, false)))
        .isInstanceOf(EngineAwayException.class)
        .hasMessageContaining("no answer from unix://")
        .hasMessageEndingWith("within 2 s");
    watched().awaitAvailable(false);
    assertThat(watched().runtime.engine().reason()).endsWith("within 2 s");
    assertThat(watched().container(name).state()).isEqualTo(ContainerState.RUNNING);

    proxy().heal();
    watched().awaitAvailable(true);
    await().atMost(PATIENCE).until(() -> watched().container(name).usage() != null);
  }

  @Test
  void interruptionsLeaveNoConnections() throws Exception {
    project.run("a", List.of(), "sleep", "60");
    for (int i = 0; i < 3; i++) {
      watched().awaitAvailable(true);
      await().atMost(PATIENCE).until(this::isRead);
      proxy().cut();
      watched().awaitAvailable(false);
      proxy().heal();
    }
    watched().awaitAvailable(true);
    await().atMost(PATIENCE).until(this::isRead);
    // Events, readings, and those that are kept for the next call.
    assertThat(proxy().connections()).isLessThanOrEqualTo(5);
    watched().close();
    await().atMost(PATIENCE).until(() -> proxy().connections() == 0);
  }

  private boolean isRead() {
    watched().attention.look();
    return watched().runtime.openStreams() == 1;
  }

  private EngineProxy proxy() {
    return java.util.Objects.requireNonNull(proxy);
  }

  private Watched watched() {
    return java.util.Objects.requireNonNull(watched);
  }
}
