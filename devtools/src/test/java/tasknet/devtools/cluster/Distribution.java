package tasknet.devtools.cluster;

import java.time.Duration;
import java.util.List;

/** The least, the middle and the greatest of some durations. */
record Distribution(Duration least, Duration middle, Duration greatest) {
  static Distribution of(List<Duration> durations) {
    List<Duration> sorted = durations.stream().sorted().toList();
    return new Distribution(sorted.getFirst(), sorted.get(sorted.size() / 2), sorted.getLast());
  }

  @Override
  public String toString() {
    return "min=%dms median=%dms max=%dms"
        .formatted(least.toMillis(), middle.toMillis(), greatest.toMillis());
  }
}
