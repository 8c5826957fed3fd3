package tasknet.nameservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tasknet.logging.LogLevel;
import tasknet.runtime.SettingsException;

class NameserviceSettingsTest {
  @Test
  void everythingHasADefault() {
    assertThat(NameserviceSettings.read(Map.of()))
        .isEqualTo(
            new NameserviceSettings(
                InetAddress.getLoopbackAddress(),
                5001,
                Path.of(".tasknet/registry.json"),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Path.of("logs"),
                LogLevel.INFO));
  }

  @Test
  void theRegistryFileLiesInTheDataFolderUnlessItIsNamed() {
    assertThat(NameserviceSettings.read(Map.of("TASKNET_DATA_DIR", "/data")).registryFile())
        .isEqualTo(Path.of("/data/registry.json"));
    assertThat(
            NameserviceSettings.read(
                    Map.of("TASKNET_DATA_DIR", "/data", "TASKNET_REGISTRY_FILE", "mine.json"))
                .registryFile())
        .isEqualTo(Path.of("mine.json"));
  }

  @Test
  void allErrorsAreReportedTogether() {
    assertThatThrownBy(
            () ->
                NameserviceSettings.read(
                    Map.of(
                        "TASKNET_HTTP_PORT", "http",
                        "LOG_LEVEL", "loud",
                        "TASKNET_HEARTBEAT_TTL", "2s",
                        "TASKNET_HEARTBEAT_INTERVAL", "2s")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("TASKNET_HTTP_PORT: 'http' is not allowed")
        .hasMessageContaining("LOG_LEVEL: 'loud' is not allowed; it must be one of ERROR")
        .hasMessageContaining(
            "TASKNET_HEARTBEAT_INTERVAL: 'PT2S' is not allowed; it must be less than"
                + " TASKNET_HEARTBEAT_TTL");
  }

  @Test
  void aTimeToLiveOfMoreThanADayIsRefused() {
    assertThatThrownBy(
            () -> NameserviceSettings.read(Map.of("TASKNET_HEARTBEAT_TTL", "999999999d")))
        .hasMessageContaining("TASKNET_HEARTBEAT_TTL")
        .hasMessageContaining("at most 24h");
  }
}
