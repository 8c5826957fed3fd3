package tasknet.devtools.bench;

import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What was measured.
 *
 * @param completed tasks that have their result
 * @param failed tasks that have none
 * @param failures how many, by cause
 * @param seconds from the first task handed in to the last answer
 * @param rate results a second
 * @param cpuPerTask microseconds of processor time of the cluster for each result; null where the
 *     system does not tell, or the cluster is another's
 * @param cpu the same by process
 * @param clientCpuPerTask the same of this program, which hands in the tasks and loses datagrams
 * @param peakMemory the most memory that a process had, in bytes, since its start
 */
public record BenchResult(
    long completed,
    long failed,
    Map<String, Long> failures,
    double seconds,
    double rate,
    Latency latency,
    @Nullable Double cpuPerTask,
    Map<String, Double> cpu,
    @Nullable Double clientCpuPerTask,
    Map<String, Long> peakMemory) {

  /** How long tasks took until their result was there, in microseconds. */
  public record Latency(double p50, double p90, double p99, double p999, double max) {
    static Latency of(Histogram nanos) {
      return new Latency(
          micros(nanos.getValueAtPercentile(50)),
          micros(nanos.getValueAtPercentile(90)),
          micros(nanos.getValueAtPercentile(99)),
          micros(nanos.getValueAtPercentile(99.9)),
          micros(nanos.getMaxValue()));
    }

    private static double micros(long nanos) {
      return nanos / 1000.0;
    }
  }
}
