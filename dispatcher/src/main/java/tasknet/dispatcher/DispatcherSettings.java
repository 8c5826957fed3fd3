package tasknet.dispatcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tasknet.dispatcher.callback.CallbackSettings;
import tasknet.dispatcher.dispatch.DispatchSettings;
import tasknet.dispatcher.task.TypeRules;
import tasknet.fleet.WorkersFile;
import tasknet.logging.LogLevel;
import tasknet.process.ServiceSettings;
import tasknet.runtime.Settings;
import tasknet.runtime.SettingsException;
import tasknet.task.Keep;
import tasknet.task.KeepFields;
import tasknet.wire.MessageLink;
import tasknet.wire.UdpLink;

/**
 * What the dispatcher is told by its environment; {@code docs/configuration.md} has the table.
 *
 * @param node the name on the wire
 * @param bindAddress where the ports listen; 0.0.0.0 for all addresses
 * @param httpPort 0 for any free one
 * @param udpPort 0 for any free one
 * @param maxDatagram the largest datagram, in bytes
 * @param advertisedHost where workers reach the HTTP port; null to find out
 * @param maxPayloadBytes the largest payload and result
 * @param maxWaiting how many tasks may wait at the same time
 * @param maxStoreBytes how large the store's file may become
 * @param callTimeout how long {@code POST /task} waits for the result
 * @param keysKept how long an {@code Idempotency-Key} is kept
 * @param eventsKept how many events are kept in memory
 * @param tracesKept of how many tasks is kept in memory what happened on their way
 * @param heartbeat how often a stream of events in which nothing happens shows that it lives
 * @param keep how long tasks are kept after their end, for each state that is one
 * @param rules what {@code workers.json} says of types
 * @param callbacks who may be told of outcomes
 * @param drainTimeout how long a stop waits for running attempts
 */
public record DispatcherSettings(
    String node,
    InetAddress bindAddress,
    int httpPort,
    int udpPort,
    int maxDatagram,
    @Nullable String advertisedHost,
    int maxPayloadBytes,
    URI nameserviceUrl,
    Path dataFolder,
    long maxWaiting,
    long maxStoreBytes,
    Duration callTimeout,
    Duration keysKept,
    KeepFields keep,
    CallbackSettings callbacks,
    Duration drainTimeout,
    int eventsKept,
    int tracesKept,
    Duration heartbeat,
    TypeRules rules,
    DispatchSettings dispatch,
    Path logFolder,
    LogLevel logLevel)
    implements ServiceSettings {
  /** Bytes of a datagram that are not the payload: header, names and numbers, at their longest. */
  private static final int OVERHEAD = 320;

  /** Bytes of a request that are not the payload. */
  static final int REQUEST_ROOM = 64 * 1024;

  private static final int DEFAULT_MAX_PAYLOAD = 16 * 1024 * 1024;

  /** The largest payload, in bytes, that fits into a datagram whatever else is in it. */
  public int inlineBytes() {
    return maxDatagram - OVERHEAD;
  }

  /**
   * Reads the environment, and the workers file.
   *
   * @throws SettingsException with everything that is wrong
   */
  public static DispatcherSettings read(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    DispatchSettings standard = DispatchSettings.DEFAULT;
    Duration probeAfter = settings.duration("TASKNET_PROBE_AFTER", standard.probeAfter());
    Duration lostAfter = settings.duration("TASKNET_WORKER_LOST_AFTER", standard.lostAfter());
    settings.require(
        lostAfter.compareTo(probeAfter) > 0,
        "TASKNET_WORKER_LOST_AFTER must be longer than TASKNET_PROBE_AFTER");
    DispatcherSettings read =
        new DispatcherSettings(
            "dispatcher-" + host(),
            settings.address("TASKNET_BIND_ADDRESS", InetAddress.getLoopbackAddress()),
            settings.port("TASKNET_HTTP_PORT", 4000),
            settings.port("TASKNET_UDP_PORT", 0),
            settings.integer(
                "TASKNET_MAX_DATAGRAM", MessageLink.DEFAULT_DATAGRAM, 512, UdpLink.MAX_DATAGRAM),
            settings.optionalText("TASKNET_ADVERTISE_HOST"),
            settings.integer(
                "TASKNET_MAX_PAYLOAD", DEFAULT_MAX_PAYLOAD, 1, Integer.MAX_VALUE - REQUEST_ROOM),
            settings.httpUri("TASKNET_NAMESERVICE_URL", "http://localhost:5001"),
            settings.path("TASKNET_DATA_DIR", ".tasknet"),
            settings.wholeNumber("TASKNET_MAX_WAITING", 10_000_000, 1, Long.MAX_VALUE),
            settings.wholeNumber("TASKNET_MAX_STORE_BYTES", 1L << 40, 1L << 20, Long.MAX_VALUE),
            settings.duration("TASKNET_CALL_TIMEOUT", Duration.ofMinutes(1)),
            settings.duration("TASKNET_IDEMPOTENCY_KEEP", Duration.ofHours(24)),
            new KeepFields(
                keep(settings, "TASKNET_KEEP_COMPLETED", Duration.ofHours(24)),
                keep(settings, "TASKNET_KEEP_DEAD", Duration.ofDays(90)),
                keep(settings, "TASKNET_KEEP_CANCELLED", Duration.ofHours(24)),
                keep(settings, "TASKNET_KEEP_EXPIRED", Duration.ofDays(7))),
            CallbackSettings.read(settings),
            settings.duration("TASKNET_DRAIN_TIMEOUT", Duration.ofSeconds(20)),
            settings.integer("TASKNET_EVENTS_KEPT", 10_000, 1, 10_000_000),
            settings.integer("TASKNET_TRACES_KEPT", 10_000, 0, 1_000_000),
            settings.duration("TASKNET_EVENTS_HEARTBEAT", Duration.ofSeconds(15)),
            rules(settings),
            new DispatchSettings(
                probeAfter,
                settings.duration("TASKNET_PROBE_INTERVAL", standard.probeInterval()),
                lostAfter,
                settings.duration("TASKNET_LEASE_MARGIN", standard.leaseMargin()),
                standard.retryStoreAfter(),
                settings.integer("TASKNET_POISON_AFTER", standard.poisonAfter(), 0, 100)),
            settings.path("LOG_DIR", "logs"),
            settings.choice("LOG_LEVEL", LogLevel.INFO));
    settings.check();
    return read;
  }

  private static Keep keep(Settings settings, String name, Duration standard) {
    return settings.value(name, new Keep(standard), Keep.ALLOWED, Keep::parse);
  }

  private static TypeRules rules(Settings settings) {
    Path file = settings.optionalPath("TASKNET_WORKERS_FILE");
    if (file != null) {
      try {
        return TypeRules.of(WorkersFile.read(file));
      } catch (IOException e) {
        settings.require(false, "TASKNET_WORKERS_FILE: " + e.getMessage());
      }
    }
    return TypeRules.NONE;
  }

  private static String host() {
    try {
      String name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9_.-]", "-");
      return name.substring(0, Math.min(name.length(), 40));
    } catch (UnknownHostException e) {
      return UUID.randomUUID().toString();
    }
  }
}
