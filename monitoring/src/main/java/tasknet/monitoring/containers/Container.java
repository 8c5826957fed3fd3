package tasknet.monitoring.containers;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One container of the project.
 *
 * @param id 64 hexadecimal digits
 * @param service the compose service; null when it is of none
 * @param number which replica of the service, from 1
 * @param image as it was named when the container was made
 * @param health Docker's word, {@code starting} for instance; null without a health check
 * @param healthOutput what the last health check printed, when it failed
 * @param startedAt null when it never was
 * @param finishedAt null when it never ended
 * @param uptime since its last start; null when it does not run
 * @param restarts by its restart policy
 * @param exitCode of its last end; null when it runs or never ran
 * @param exitCause the same in words
 * @param error why the engine could not start it
 * @param networks its address in each network; empty when it does not run
 * @param labels those of compose are left out
 * @param usage the newest reading; null when it does not run, or there was none yet
 * @param history readings, oldest first; null when they were not asked for
 */
public record Container(
    String id,
    String name,
    @Nullable String service,
    @Nullable Integer number,
    String image,
    ContainerState state,
    @Nullable String health,
    @Nullable String healthOutput,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable Duration uptime,
    int restarts,
    @Nullable Integer exitCode,
    @Nullable String exitCause,
    @Nullable String error,
    List<Port> ports,
    Map<String, String> networks,
    Map<String, String> labels,
    @Nullable Usage usage,
    @Nullable List<Usage> history) {

  /**
   * A port of the container.
   *
   * @param protocol {@code tcp} or {@code udp}
   * @param publishedAt where the machine offers it, for instance {@code 127.0.0.1:4000}; empty when
   *     only other containers reach it
   */
  public record Port(int port, String protocol, List<String> publishedAt) {}

  /** The same with what changes by the second. */
  Container with(@Nullable Duration up, @Nullable Usage latest, @Nullable List<Usage> readings) {
    return new Container(
        id,
        name,
        service,
        number,
        image,
        state,
        health,
        healthOutput,
        createdAt,
        startedAt,
        finishedAt,
        up,
        restarts,
        exitCode,
        exitCause,
        error,
        ports,
        networks,
        labels,
        latest,
        readings);
  }
}
