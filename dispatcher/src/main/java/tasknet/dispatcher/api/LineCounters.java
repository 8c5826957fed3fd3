package tasknet.dispatcher.api;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what submissions do that have a task a line. Safe for use by several threads. */
public final class LineCounters {
  final AtomicInteger open = new AtomicInteger();
  final LongAdder lines = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder hungUp = new LongAdder();
  final LongAdder heldNanos = new LongAdder();

  LineCounters() {}

  /** Submissions that are under way. */
  public int open() {
    return open.get();
  }

  /** Lines that were read. */
  public long lines() {
    return lines.sum();
  }

  /** Lines of which no task was taken. */
  public long refused() {
    return refused.sum();
  }

  /** Seconds for which clients were held back, as tasks of theirs filled the memory. */
  public double heldSeconds() {
    return heldNanos.sum() / 1e9;
  }

  /** Clients that went before they had read all answers. */
  public long hungUp() {
    return hungUp.sum();
  }
}
