package tasknet.client.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a {@link Simulation} found.
 *
 * @param runs in the order of the file
 * @param took from the first task to the last answer
 */
public record SimulationReport(List<Run> runs, Duration took) {
  /**
   * One task, its answer, and how long that took.
   *
   * @param asExpected whether it is the answer that the file asks for
   */
  public record Run(SimulatedTask task, Answer answer, boolean asExpected, Duration took) {}

  /** The tasks of one type; the latencies are those of all its answers. */
  public record TypeSummary(
      String type,
      int sent,
      int asExpected,
      int unexpected,
      Duration median,
      Duration p95,
      Duration max) {}

  public SimulationReport {
    runs = List.copyOf(runs);
  }

  /** The tasks that got another answer than the file asks for. */
  public List<Run> unexpected() {
    return runs.stream().filter(run -> !run.asExpected()).toList();
  }

  /** A summary for each type, by name. */
  public List<TypeSummary> types() {
    Map<String, List<Run>> byType = new TreeMap<>();
    for (Run run : runs) {
      byType.computeIfAbsent(run.task().type(), type -> new ArrayList<>()).add(run);
    }
    List<TypeSummary> summaries = new ArrayList<>();
    byType.forEach((type, ofType) -> summaries.add(summary(type, ofType)));
    return summaries;
  }

  private static TypeSummary summary(String type, List<Run> runs) {
    List<Duration> latencies = runs.stream().map(Run::took).sorted().toList();
    int asExpected = Math.toIntExact(runs.stream().filter(Run::asExpected).count());
    return new TypeSummary(
        type,
        runs.size(),
        asExpected,
        runs.size() - asExpected,
        percentile(latencies, 50),
        percentile(latencies, 95),
        latencies.getLast());
  }

  /** The smallest latency that so many of a hundred do not exceed. */
  private static Duration percentile(List<Duration> sorted, int percent) {
    int rank = Math.ceilDiv(sorted.size() * percent, 100);
    return sorted.get(Math.max(rank, 1) - 1);
  }
}
