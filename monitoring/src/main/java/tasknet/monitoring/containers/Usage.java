package tasknet.monitoring.containers;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a container used until an instant, since the reading before.
 *
 * @param cpuPercent 100 is one processor
 * @param memory bytes, without the cache that the kernel can take back
 * @param memoryLimit bytes; the machine's memory when the container has no limit
 * @param memoryPercent of the limit
 * @param networkReceived bytes since the container's start, over all its networks
 * @param networkReceivedPerSecond bytes
 * @param blockRead bytes since the container's start, over all devices
 * @param blockReadPerSecond bytes
 * @param processes processes and threads; null when the engine does not say
 */
public record Usage(
    Instant at,
    double cpuPercent,
    long memory,
    long memoryLimit,
    double memoryPercent,
    long networkReceived,
    long networkSent,
    double networkReceivedPerSecond,
    double networkSentPerSecond,
    long blockRead,
    long blockWritten,
    double blockReadPerSecond,
    double blockWrittenPerSecond,
    @Nullable Long processes) {

  /**
   * The engine's counters at an instant.
   *
   * @param cpu nanoseconds of all processors that the container used
   * @param machineCpu nanoseconds of all processors that passed
   * @param processors of the machine
   * @param memory bytes with the cache
   * @param cache bytes of it that the kernel can take back
   */
  record Counters(
      Instant at,
      long cpu,
      long machineCpu,
      int processors,
      long memory,
      long cache,
      long memoryLimit,
      long networkReceived,
      long networkSent,
      long blockRead,
      long blockWritten,
      @Nullable Long processes) {}

  /**
   * What was used between two readings.
   *
   * @param before null for the first one, of which only the sums are known
   */
  static Usage between(@Nullable Counters before, Counters now) {
    Counters from = before == null ? now : before;
    double seconds = Duration.between(from.at, now.at).toNanos() / 1e9;
    long memory = now.cache < now.memory ? now.memory - now.cache : now.memory;
    return new Usage(
        now.at,
        cpuPercent(from, now),
        memory,
        now.memoryLimit,
        now.memoryLimit > 0 ? rounded(100.0 * memory / now.memoryLimit) : 0,
        now.networkReceived,
        now.networkSent,
        rate(from.networkReceived, now.networkReceived, seconds),
        rate(from.networkSent, now.networkSent, seconds),
        now.blockRead,
        now.blockWritten,
        rate(from.blockRead, now.blockRead, seconds),
        rate(from.blockWritten, now.blockWritten, seconds),
        now.processes);
  }

  private static double cpuPercent(Counters before, Counters now) {
    long used = now.cpu - before.cpu;
    long passed = now.machineCpu - before.machineCpu;
    return used > 0 && passed > 0 ? rounded(100.0 * used / passed * now.processors) : 0;
  }

  /** A counter that went back belongs to a container that was started anew. */
  private static double rate(long before, long now, double seconds) {
    return now > before && seconds > 0 ? rounded((now - before) / seconds) : 0;
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
