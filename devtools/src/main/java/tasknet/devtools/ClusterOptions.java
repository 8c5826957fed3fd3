package tasknet.devtools;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code up} and {@code demo} are told. */
final class ClusterOptions {
  @Option(names = "--port", paramLabel = "0", description = "0 takes free ports for everything.")
  private @Nullable Integer port;

  @Option(
      names = "--dispatcher-port",
      paramLabel = "N",
      description = "The dispatcher's port (4000).")
  private @Nullable Integer dispatcherPort;

  @Option(
      names = "--nameservice-port",
      paramLabel = "N",
      description = "The nameservice's port (5001).")
  private @Nullable Integer nameservicePort;

  @Option(names = "--monitoring-port", paramLabel = "N", description = "Monitoring's port (8080).")
  private @Nullable Integer monitoringPort;

  @Option(
      names = "--workers",
      paramLabel = "FILE",
      description = "The workers to start (workers.json beside ./tasknet).")
  private @Nullable Path workers;

  /**
   * The cluster that is asked for.
   *
   * @throws IllegalArgumentException if the port is not 0
   */
  LocalCluster cluster(Map<String, String> environment) {
    if (port != null && port != 0) {
      throw new IllegalArgumentException(
          "--port: '" + port + "' is not allowed; it must be 0, for free ports");
    }
    LocalCluster.Ports standard =
        port == null ? LocalCluster.Ports.STANDARD : LocalCluster.Ports.FREE;
    LocalCluster.Ports ports =
        new LocalCluster.Ports(
            dispatcherPort == null ? standard.dispatcher() : dispatcherPort,
            nameservicePort == null ? standard.nameservice() : nameservicePort,
            monitoringPort == null ? standard.monitoring() : monitoringPort);
    Path file = workers == null ? LocalCluster.home().resolve("workers.json") : workers;
    Map<String, String> told = services(environment);
    told.put("TASKNET_WORKERS_FILE", file.toString()); // of these types, and of no others
    return new LocalCluster(ports, file, told);
  }

  /** State and logs lie in the checkout, from whichever folder it was started. */
  private static Map<String, String> services(Map<String, String> environment) {
    Map<String, String> told = new HashMap<>(environment);
    told.keySet().removeIf(ClusterOptions::isOneServicesOwn);
    told.put("TASKNET_DATA_DIR", dataFolder(environment).toString());
    told.putIfAbsent("LOG_DIR", LocalCluster.home().resolve("logs").toString());
    return told;
  }

  /** Where the store is. */
  static Path dataFolder(Map<String, String> environment) {
    String given = environment.get("TASKNET_DATA_DIR");
    return given == null || given.isBlank()
        ? LocalCluster.home().resolve(".tasknet")
        : Path.of(given);
  }

  /** What cannot be the same for all that the cluster starts. */
  static boolean isOneServicesOwn(String name) {
    return name.endsWith("_PORT") || name.endsWith("_URL") || name.equals("TASKNET_WORKER_ID");
  }
}
