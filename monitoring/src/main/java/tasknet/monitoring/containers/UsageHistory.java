package tasknet.monitoring.containers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last readings of one container, oldest first. */
final class UsageHistory {
  static final int CAPACITY = 300;

  private final Deque<Usage> readings = new ArrayDeque<>();
  private Usage.@Nullable Counters last;

  synchronized void add(Usage.Counters now) {
    readings.addLast(Usage.between(last, now));
    last = now;
    if (readings.size() > CAPACITY) {
      readings.removeFirst();
    }
  }

  synchronized @Nullable Usage latest() {
    return readings.peekLast();
  }

  /** The newest ones, oldest first. */
  synchronized List<Usage> newest(int count) {
    return readings.stream().skip(Math.max(0, readings.size() - count)).toList();
  }

  /** The process has ended: what comes next is not to be compared with it. */
  synchronized void ended() {
    last = null;
  }
}
