package tasknet.monitoring.live;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast some counters grew over the last seconds. */
final class CounterWindow {
  private static final long LENGTH = Duration.ofSeconds(5).toNanos();

  /** What was counted at an instant of the nano clock. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Reading(long at, long[] values) {}

  private final Deque<Reading> readings = new ArrayDeque<>();

  /** Counters that went back belong to a process that was started anew. */
  void add(long at, long... values) {
    Reading last = readings.peekLast();
    if (last != null && wentBack(last.values, values)) {
      readings.clear();
    }
    readings.addLast(new Reading(at, values));
    while (readings.size() > 2 && at - readings.getFirst().at > LENGTH) {
      readings.removeFirst();
    }
  }

  void clear() {
    readings.clear();
  }

  /** A second; empty before there are two readings. */
  double[] rates() {
    if (readings.size() < 2) {
      return new double[0];
    }
    Reading first = readings.getFirst();
    Reading last = readings.getLast();
    double seconds = (last.at - first.at) / 1e9;
    double[] rates = new double[last.values.length];
    for (int index = 0; index < rates.length; index++) {
      double rate = (last.values[index] - first.values[index]) / seconds;
      rates[index] = Math.round(rate * 100) / 100.0;
    }
    return rates;
  }

  private static boolean wentBack(long[] before, long[] now) {
    for (int index = 0; index < now.length; index++) {
      if (now[index] < before[index]) {
        return true;
      }
    }
    return false;
  }
}
