package tasknet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.logging.LogLevel;
import tasknet.monitoring.containers.ContainerSettings;
import tasknet.monitoring.web.PageSettings;
import tasknet.runtime.SettingsException;

class MonitoringSettingsTest {
  @Test
  void everythingHasADefault() {
    assertThat(MonitoringSettings.read(Map.of()))
        .isEqualTo(
            new MonitoringSettings(
                InetAddress.getLoopbackAddress(),
                8080,
                URI.create("http://localhost:4000"),
                URI.create("http://localhost:5001"),
                null,
                new ContainerSettings("unix:///var/run/docker.sock", null, null),
                PageSettings.readOnly(),
                Path.of(".tasknet"),
                Path.of("logs"),
                LogLevel.INFO));
  }

  @Test
  void allErrorsAreReportedTogether() {
    assertThatThrownBy(
            () ->
                MonitoringSettings.read(
                    Map.of(
                        "TASKNET_HTTP_PORT", "-1",
                        "TASKNET_DISPATCHER_URL", "dispatcher:4000",
                        "TASKNET_NAMESERVICE_URL", "ftp://nameservice",
                        "TASKNET_DOCKER_HOST", "/var/run/docker.sock",
                        "TASKNET_COMPOSE_PROJECT", "My Project")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("TASKNET_HTTP_PORT: '-1' is not allowed")
        .hasMessageContaining("TASKNET_DISPATCHER_URL: 'dispatcher:4000' is not allowed")
        .hasMessageContaining("TASKNET_NAMESERVICE_URL: 'ftp://nameservice' is not allowed")
        .hasMessageContaining("TASKNET_DOCKER_HOST: '/var/run/docker.sock' is not allowed")
        .hasMessageContaining("TASKNET_COMPOSE_PROJECT: 'My Project' is not allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"unix:///run/user/1000/docker.sock", "tcp://engine:2375", "tcp://[::1]:1", "none"})
  void anEngineIsASocketAnAddressOrNone(String host) {
    ContainerSettings settings =
        MonitoringSettings.read(Map.of("TASKNET_DOCKER_HOST", host)).containers();

    assertThat(settings.dockerHost()).isEqualTo(host);
    assertThat(settings.wanted()).isEqualTo(!host.equals("none"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"unix://docker.sock", "tcp://engine", "tcp://engine:0", "tcp://engine:65536", "x"})
  void anythingElseIsNoEngine(String host) {
    assertThatThrownBy(() -> MonitoringSettings.read(Map.of("TASKNET_DOCKER_HOST", host)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("it must be unix:///PATH, tcp://HOST:PORT or none");
  }
}
