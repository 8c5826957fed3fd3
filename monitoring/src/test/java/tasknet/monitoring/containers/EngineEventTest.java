package tasknet.monitoring.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineEventTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "start, START",
    "die, DIE",
    "oom, OOM",
    "kill, KILL",
    "stop, STOP",
    "pause, PAUSE",
    "unpause, UNPAUSE",
    "restart, RESTART",
    "health_status: healthy, HEALTH_STATUS",
    "health_status, HEALTH_STATUS"
  })
  void whatHappensToAContainerIsToldOn(String action, EventKind kind) {
    assertThat(container(action, Map.of()).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exec_create: bash -c true",
        "exec_start: bash -c true",
        "exec_die",
        "top",
        "attach",
        "create",
        "destroy",
        "connect"
      })
  void whatOthersDoWithAContainerIsNot(String action) {
    assertThat(container(action, Map.of()).kind()).isNull();
  }

  @Test
  void anEventOfANetworkIsAboutTheContainerThatItNames() {
    EngineEvent event =
        new EngineEvent(
            "network", "connect", "n1", Map.of("container", "c1", "name", "tasknet"), NOW);

    assertThat(event.kind()).isEqualTo(EventKind.CONNECT);
    assertThat(event.container()).isEqualTo("c1");
    assertThat(event.name()).isEqualTo("tasknet");
    assertThat(event.ofProject("p")).isFalse();
    assertThat(new EngineEvent("network", "start", "n1", Map.of(), NOW).kind()).isNull();
  }

  @Test
  void theProjectIsThatOfTheLabel() {
    Map<String, String> labels = Map.of("com.docker.compose.project", "p");

    assertThat(container("start", labels).ofProject("p")).isTrue();
    assertThat(container("start", labels).ofProject("q")).isFalse();
    assertThat(container("start", Map.of()).ofProject("p")).isFalse();
  }

  @Test
  void whatItSaysIsRead() {
    assertThat(container("health_status: unhealthy", Map.of()).detail()).isEqualTo("unhealthy");
    assertThat(container("die", Map.of("exitCode", "137")).exitCode()).isEqualTo(137);
    assertThat(container("die", Map.of("exitCode", "what")).exitCode()).isNull();
    assertThat(container("die", Map.of()).exitCode()).isNull();
    assertThat(container("kill", Map.of("signal", "9")).signal()).isEqualTo("9");
  }

  @Test
  void anEventThatIsRepeatedIsSeenOnce() {
    SeenEvents seen = new SeenEvents();

    assertThat(seen.last()).isNull();
    assertThat(seen.add(container("start", Map.of()))).isTrue();
    assertThat(seen.add(container("start", new HashMap<>()))).isFalse();
    assertThat(seen.add(container("die", Map.of()))).isTrue();
    assertThat(seen.last()).isEqualTo(NOW);
  }

  @Test
  void aDeathCountsOnceForEachStart() {
    TrackedContainer container = new TrackedContainer("c1");
    container.started(NOW);
    assertThat(container.died(NOW.plusSeconds(1))).isTrue();
    assertThat(container.died(NOW.plusSeconds(2))).isFalse();
    assertThat(container.dead()).isTrue();

    container.started(NOW.plusSeconds(3));
    assertThat(container.dead()).isFalse();
    assertThat(container.wasFoundDead(NOW.plusSeconds(1))).isFalse();
    assertThat(container.wasFoundDead(NOW.plusSeconds(4))).isTrue();
    assertThat(container.died(NOW.plusSeconds(5))).isFalse();
  }

  @Test
  void aStartForgetsWhyTheOneBeforeEnded() {
    TrackedContainer container = new TrackedContainer("c1");
    container.started(NOW);
    container.killed = true;
    container.outOfMemory = true;
    container.started(NOW); // what the engine says when it is asked again
    assertThat(container.killed && container.outOfMemory).isTrue();

    container.started(NOW.plusSeconds(1));
    assertThat(container.killed || container.outOfMemory).isFalse();
  }

  private static EngineEvent container(String action, Map<String, String> attributes) {
    return new EngineEvent("container", action, "c1", attributes, NOW);
  }
}
