package tasknet.devtools.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What became of tasks, and how long each took. For any number of threads. */
final class Recording {
  /** So many different causes of failures are told apart. */
  private static final int CAUSES = 8;

  private final long begin = System.nanoTime();
  private final Histogram latencies = new ConcurrentHistogram(3);
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

  /** A task was handed in then, on the nano clock, and has its result now. */
  void completed(long since) {
    latencies.recordValue(Math.max(0, System.nanoTime() - since));
  }

  /** A task has no result. */
  void failed(String cause) {
    String told = failures.size() < CAUSES || failures.containsKey(cause) ? cause : "others";
    failures.computeIfAbsent(told, _ -> new LongAdder()).increment();
  }

  /** To be read when nobody records any more. */
  Histogram latencies() {
    return latencies;
  }

  /** How many, by cause. */
  Map<String, Long> failures() {
    Map<String, Long> counts = new TreeMap<>();
    failures.forEach((cause, count) -> counts.put(cause, count.sum()));
    return counts;
  }

  /** How long it has been recording. */
  long nanos() {
    return System.nanoTime() - begin;
  }
}
