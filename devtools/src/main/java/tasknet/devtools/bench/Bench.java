package tasknet.devtools.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measures a dispatcher: hands in tasks until they are warm, and once more for the record. */
public final class Bench {
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * Runs of which the warm-up consists: where one ends and the next begins, code runs that a single
   * one never reached, and for which the compiler gives up much of what it had made.
   */
  private static final int WARM_UPS = 6;

  private final BenchPlan plan;
  private final URI dispatcher;
  private final List<BenchProcess> processes;

  /** A dispatcher that somebody else runs. */
  public Bench(BenchPlan plan, URI dispatcher) {
    this(plan, dispatcher, List.of());
  }

  /** A cluster of which the cost is measured, too. */
  public Bench(BenchPlan plan, URI dispatcher, BenchCluster cluster) {
    this(plan, dispatcher, cluster.processes());
  }

  private Bench(BenchPlan plan, URI dispatcher, List<BenchProcess> processes) {
    this.plan = plan;
    this.dispatcher = dispatcher;
    this.processes = processes;
  }

  /**
   * Measures.
   *
   * @throws IOException if the dispatcher is not reached, or hangs up
   */
  public BenchResult run() throws IOException, InterruptedException {
    try (Load load = load()) {
      warmUp(load);
      Map<String, Long> before = cpu();
      Long ownBefore = own();
      Recording recording = new Recording();
      long longest = plan.tasks() == null ? plan.time().toNanos() : Long.MAX_VALUE / 2;
      load.run(new Pace(longest, plan.tasks(), plan.rate()), recording);
      double seconds = recording.nanos() / NANOS_PER_SECOND;
      return result(recording, seconds, spent(before, cpu()), difference(ownBefore, own()));
    }
  }

  private void warmUp(Load load) throws IOException, InterruptedException {
    if (plan.warmUp().isPositive()) {
      long each = plan.warmUp().toNanos() / WARM_UPS;
      for (int run = 0; run < WARM_UPS; run++) {
        load.run(new Pace(each, null, plan.rate()), new Recording());
      }
    }
  }

  private Load load() throws IOException {
    byte[] task = plan.task();
    return switch (plan.mode()) {
      case CALL -> ConnectionLoad.calls(dispatcher, plan.window(), task);
      case ASYNC -> ConnectionLoad.submissions(dispatcher, plan.window(), task);
      case STREAM -> new StreamLoad(dispatcher, plan.window(), plan.submission());
      case BULK -> new BulkLoad(dispatcher, plan.window(), task);
    };
  }

  private BenchResult result(
      Recording recording, double seconds, Map<String, Long> spent, @Nullable Long own) {
    long completed = recording.latencies().getTotalCount();
    Map<String, Long> failures = recording.failures();
    Map<String, Double> cpu = new LinkedHashMap<>();
    spent.forEach((name, nanos) -> cpu.put(name, microsEach(nanos, completed)));
    Map<String, Long> memory = new LinkedHashMap<>();
    for (BenchProcess process : processes) {
      Long peak = process.peakMemory();
      if (peak != null) {
        memory.put(process.name(), peak);
      }
    }
    return new BenchResult(
        completed,
        failures.values().stream().mapToLong(count -> count).sum(),
        failures,
        seconds,
        completed / seconds,
        BenchResult.Latency.of(recording.latencies()),
        cpu.isEmpty() ? null : cpu.values().stream().mapToDouble(each -> each).sum(),
        cpu,
        own == null ? null : microsEach(own, completed),
        memory);
  }

  private static double microsEach(long nanos, long tasks) {
    return nanos / 1000.0 / Math.max(1, tasks);
  }

  /** Nanoseconds of processor time by process; those of which it is not known are missing. */
  private Map<String, Long> cpu() {
    Map<String, Long> cpu = new LinkedHashMap<>();
    for (BenchProcess process : processes) {
      Duration time = process.cpu();
      if (time != null) {
        cpu.put(process.name(), time.toNanos());
      }
    }
    return cpu;
  }

  private static Map<String, Long> spent(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> spent = new LinkedHashMap<>();
    after.forEach((name, nanos) -> spent.put(name, nanos - before.getOrDefault(name, 0L)));
    return spent;
  }

  private static @Nullable Long own() {
    return ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(null);
  }

  private static @Nullable Long difference(@Nullable Long before, @Nullable Long after) {
    return before == null || after == null ? null : after - before;
  }
}
