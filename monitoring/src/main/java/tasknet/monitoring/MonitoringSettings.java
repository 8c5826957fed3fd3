package tasknet.monitoring;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import tasknet.logging.LogLevel;
import tasknet.monitoring.containers.ContainerSettings;
import tasknet.process.ServiceSettings;
import tasknet.runtime.Settings;

/**
 * What monitoring can be told.
 *
 * @param httpPort 0 for any free one
 */
public record MonitoringSettings(
    int httpPort,
    URI dispatcher,
    URI nameservice,
    ContainerSettings containers,
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
            settings.port("TASKNET_HTTP_PORT", 8080),
            settings.httpUri("TASKNET_DISPATCHER_URL", "http://localhost:4000"),
            settings.httpUri("TASKNET_NAMESERVICE_URL", "http://localhost:5001"),
            ContainerSettings.read(settings),
            settings.path("LOG_DIR", "logs"),
            settings.choice("LOG_LEVEL", LogLevel.INFO));
    settings.check();
    return read;
  }
}
