package tasknet.worker;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasknet.logging.LogLevel;
import tasknet.process.ServiceSettings;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.runtime.Settings;
import tasknet.runtime.SettingsException;
import tasknet.task.InvalidValueException;
import tasknet.task.TaskType;
import tasknet.tracing.TracingSettings;
import tasknet.wire.MessageLink;
import tasknet.wire.UdpLink;
import tasknet.worker.handler.Demand;

/**
 * What a worker is started with.
 *
 * @param handlers what it runs
 * @param bindAddress where the ports listen; 0.0.0.0 for all addresses
 * @param udpPort 0 for any free one
 * @param httpPort for health and metrics; 0 for any free one
 * @param advertisedHost where the dispatcher reaches it; null to find out
 * @param hostname of the machine or container; null when it has no name that may be told
 * @param concurrency attempts at the same time
 * @param maxDatagram in bytes
 * @param maxResult the largest payload and result, in bytes
 * @param drainTimeout how long running handlers may take when the worker stops
 * @param cancelGrace how long a cancelled handler may take before it is interrupted
 * @param tracing where spans go; null for nowhere
 * @param resultsKept how many results wait for their acknowledgement, at most
 */
public record WorkerSettings(
    WorkerId id,
    Handlers handlers,
    URI nameservice,
    InetAddress bindAddress,
    int udpPort,
    int httpPort,
    @Nullable String advertisedHost,
    @Nullable String hostname,
    int concurrency,
    int maxDatagram,
    int maxResult,
    Duration drainTimeout,
    Duration cancelGrace,
    int resultsKept,
    Duration resultsKeptFor,
    @Nullable TracingSettings tracing,
    Path logFolder,
    LogLevel logLevel)
    implements ServiceSettings {
  private static final int WAITING_AT_THE_SAME_TIME = 64;
  private static final int INSTANT_AT_THE_SAME_TIME = 256;
  private static final int LONGEST_ID = 64;
  private static final int DEFAULT_MAX_RESULT = 16 * 1024 * 1024;

  /**
   * Reads the settings.
   *
   * @param known the handlers to choose from
   * @param types the names of those that are wanted
   * @param process what tells this process from others, for instance {@code HOST-PID}
   * @throws SettingsException with every error
   */
  public static WorkerSettings read(
      Map<String, String> environment, Handlers known, List<String> types, String process) {
    Handlers handlers = known.select(types);
    Settings settings = new Settings(environment);
    String hostname = hostname(environment);
    String id = settings.text("TASKNET_WORKER_ID", id(types(handlers), process));
    WorkerSettings read =
        new WorkerSettings(
            workerId(id, settings),
            handlers,
            settings.httpUri("TASKNET_NAMESERVICE_URL", "http://localhost:5001"),
            settings.address("TASKNET_BIND_ADDRESS", InetAddress.getLoopbackAddress()),
            settings.port("TASKNET_UDP_PORT", 6000),
            settings.port("TASKNET_HTTP_PORT", 6001),
            settings.optionalText("TASKNET_ADVERTISE_HOST"),
            Registration.isHostname(hostname) ? hostname : null,
            settings.integer(
                "TASKNET_CONCURRENCY",
                concurrency(handlers.demand()),
                1,
                Registration.MAX_CAPACITY),
            settings.integer(
                "TASKNET_MAX_DATAGRAM", MessageLink.DEFAULT_DATAGRAM, 256, UdpLink.MAX_DATAGRAM),
            settings.integer("TASKNET_MAX_RESULT", DEFAULT_MAX_RESULT, 1, Integer.MAX_VALUE - 1024),
            settings.duration("TASKNET_DRAIN_TIMEOUT", Duration.ofSeconds(20)),
            settings.duration("TASKNET_CANCEL_GRACE", Duration.ofSeconds(1)),
            settings.integer("TASKNET_RESULTS_KEPT", 10_000, 1, 10_000_000),
            settings.duration("TASKNET_RESULTS_KEPT_FOR", Duration.ofMinutes(10)),
            TracingSettings.read(settings, "tasknet-worker-" + types(handlers)),
            settings.path("LOG_DIR", "logs"),
            settings.choice("LOG_LEVEL", LogLevel.INFO));
    settings.check();
    return read;
  }

  /** Those that are done at once only fill the way between the dispatcher and here. */
  private static int concurrency(Demand demand) {
    return switch (demand) {
      case INSTANT -> INSTANT_AT_THE_SAME_TIME;
      case COMPUTES -> Runtime.getRuntime().availableProcessors();
      case WAITS -> WAITING_AT_THE_SAME_TIME;
    };
  }

  /** The name of the service and of its log: {@code worker-TYPE}. */
  public String service() {
    String types = types(handlers);
    return "worker-" + (types.length() <= 100 ? types : types.substring(0, 100));
  }

  /** The name of the machine or container: in a container its short id. */
  static String hostname(Map<String, String> environment) {
    String given = environment.get("HOSTNAME");
    if (given != null && !given.isEmpty()) {
      return given;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "host";
    }
  }

  private static String types(Handlers handlers) {
    return String.join(".", handlers.byType().keySet().stream().map(TaskType::name).toList());
  }

  private static WorkerId workerId(String name, Settings settings) {
    try {
      return new WorkerId(name);
    } catch (InvalidValueException e) {
      settings.require(
          false,
          "TASKNET_WORKER_ID: '"
              + name
              + "' is not allowed; it must be a name of 1 to 64 letters, digits, '_', '-' or '.'");
      return new WorkerId("invalid");
    }
  }

  /** The types are cut rather than the process, without which the id would not be unique. */
  static String id(String types, String process) {
    String suffix = '-' + process.replaceAll("[^A-Za-z0-9_.-]", "-");
    if (suffix.length() >= LONGEST_ID) {
      return suffix.substring(suffix.length() - LONGEST_ID);
    }
    return types.substring(0, Math.min(types.length(), LONGEST_ID - suffix.length())) + suffix;
  }
}
