package tasknet.devtools.bench;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A result for people. */
public final class BenchTable {
  private BenchTable() {}

  /** The lines of it. */
  public static String of(BenchPlan plan, BenchResult result) {
    StringBuilder text = new StringBuilder();
    line(text, "measured", plan.words());
    line(
        text,
        "rate",
        "%,.0f tasks/s: %,d results in %.2f s"
            .formatted(result.rate(), result.completed(), result.seconds()));
    BenchResult.Latency latency = result.latency();
    line(
        text,
        "latency",
        "p50 %s   p90 %s   p99 %s   p99.9 %s   max %s"
            .formatted(
                millis(latency.p50()),
                millis(latency.p90()),
                millis(latency.p99()),
                millis(latency.p999()),
                millis(latency.max())));
    line(text, "failed", failures(result));
    if (result.cpuPerTask() != null) {
      line(
          text,
          "processor",
          "%.1f µs a task: %s".formatted(result.cpuPerTask(), each(result.cpu(), "%.1f")));
    }
    if (result.clientCpuPerTask() != null) {
      line(text, "", "%.1f µs a task of this program".formatted(result.clientCpuPerTask()));
    }
    if (!result.peakMemory().isEmpty()) {
      Map<String, Double> megabytes =
          result.peakMemory().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      Map.Entry::getKey,
                      peak -> peak.getValue() / 1e6,
                      (one, _) -> one,
                      java.util.LinkedHashMap::new));
      line(text, "memory", "at most, in MB: " + each(megabytes, "%.0f"));
    }
    return text.toString().stripTrailing();
  }

  private static String failures(BenchResult result) {
    return result.failed() == 0
        ? "none"
        : "%,d: ".formatted(result.failed())
            + result.failures().entrySet().stream()
                .map(cause -> "%,d %s".formatted(cause.getValue(), cause.getKey()))
                .collect(Collectors.joining(", "));
  }

  private static String each(Map<String, Double> values, String format) {
    return values.entrySet().stream()
        .map(each -> each.getKey() + " " + format.formatted(each.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String millis(double micros) {
    return String.format(Locale.ROOT, "%.2f ms", micros / 1000);
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("%-10s %s%n".formatted(name, value));
  }
}
