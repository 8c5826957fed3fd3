package tasknet.monitoring;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.logging.LogLevel;
import tasknet.monitoring.containers.ContainerSettings;
import tasknet.monitoring.web.PageSettings;
import tasknet.process.ServiceSettings;
import tasknet.runtime.Settings;

/**
 * What monitoring can be told.
 *
 * @param bindAddress where the ports listen; 0.0.0.0 for all addresses
 * @param httpPort 0 for any free one
 * @param workersFile which workers should be there; null when nothing says it
 * @param dataFolder where the history is kept
 */
public record MonitoringSettings(
    InetAddress bindAddress,
    int httpPort,
    URI dispatcher,
    URI nameservice,
    @Nullable Path workersFile,
    ContainerSettings containers,
    PageSettings page,
    Path dataFolder,
    Path logFolder,
    LogLevel logLevel)
    implements ServiceSettings {
  /**
   * Reads environment variables.
   *
   * @throws tasknet.runtime.SettingsException with everything that is wrong
   */
  public static MonitoringSettings read(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    MonitoringSettings read =
        new MonitoringSettings(
            settings.address("TASKNET_BIND_ADDRESS", InetAddress.getLoopbackAddress()),
            settings.port("TASKNET_HTTP_PORT", 8080),
            settings.httpUri("TASKNET_DISPATCHER_URL", "http://localhost:4000"),
            settings.httpUri("TASKNET_NAMESERVICE_URL", "http://localhost:5001"),
            settings.optionalPath("TASKNET_WORKERS_FILE"),
            ContainerSettings.read(settings),
            PageSettings.read(settings),
            settings.path("TASKNET_DATA_DIR", ".tasknet"),
            settings.path("LOG_DIR", "logs"),
            settings.choice("LOG_LEVEL", LogLevel.INFO));
    settings.check();
    return read;
  }
}
