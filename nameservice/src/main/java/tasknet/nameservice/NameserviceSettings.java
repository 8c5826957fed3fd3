package tasknet.nameservice;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import tasknet.logging.LogLevel;
import tasknet.process.ServiceSettings;
import tasknet.runtime.Settings;

/**
 * What the nameservice can be told.
 *
 * @param bindAddress where the ports listen; 0.0.0.0 for all addresses
 * @param httpPort 0 for any free one
 * @param registryFile where the registry is kept over restarts
 * @param timeToLive how long a worker stays registered without a heartbeat; at most a day
 * @param heartbeatInterval how often workers are asked to send one; shorter than the time to live
 */
public record NameserviceSettings(
    InetAddress bindAddress,
    int httpPort,
    Path registryFile,
    Duration timeToLive,
    Duration heartbeatInterval,
    Path logFolder,
    LogLevel logLevel)
    implements ServiceSettings {
  private static final Duration MAX_TIME_TO_LIVE = Duration.ofDays(1);

  /**
   * Reads environment variables.
   *
   * @throws tasknet.runtime.SettingsException with everything that is wrong
   */
  public static NameserviceSettings read(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    Path dataFolder = settings.path("TASKNET_DATA_DIR", ".tasknet");
    String file = dataFolder.resolve("registry.json").toString();
    NameserviceSettings read =
        new NameserviceSettings(
            settings.address("TASKNET_BIND_ADDRESS", InetAddress.getLoopbackAddress()),
            settings.port("TASKNET_HTTP_PORT", 5001),
            settings.path("TASKNET_REGISTRY_FILE", file),
            settings.duration("TASKNET_HEARTBEAT_TTL", Duration.ofSeconds(5)),
            settings.duration("TASKNET_HEARTBEAT_INTERVAL", Duration.ofSeconds(1)),
            settings.path("LOG_DIR", "logs"),
            settings.choice("LOG_LEVEL", LogLevel.INFO));
    settings.require(
        read.timeToLive.compareTo(MAX_TIME_TO_LIVE) <= 0,
        "TASKNET_HEARTBEAT_TTL: '" + read.timeToLive + "' is not allowed; it must be at most 24h");
    settings.require(
        read.heartbeatInterval.compareTo(read.timeToLive) < 0,
        "TASKNET_HEARTBEAT_INTERVAL: '"
            + read.heartbeatInterval
            + "' is not allowed; it must be less than TASKNET_HEARTBEAT_TTL, which is "
            + read.timeToLive);
    settings.check();
    return read;
  }
}
