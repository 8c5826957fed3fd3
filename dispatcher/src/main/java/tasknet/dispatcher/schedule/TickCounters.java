package tasknet.dispatcher.schedule;

import java.util.concurrent.atomic.LongAdder;

/** Counts what became of ticks. Safe for use by several threads. */
public final class TickCounters {
  final LongAdder run = new LongAdder();
  final LongAdder missed = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder held = new LongAdder();

  TickCounters() {}

  /** Ticks that made a task. */
  public long run() {
    return run.sum();
  }

  /** Ticks that made none by the rule for catching up; of many at once not all are counted. */
  public long missed() {
    return missed.sum();
  }

  /** Ticks that made none because what the schedule asks for is not allowed any more. */
  public long failed() {
    return failed.sum();
  }

  /** How often due ticks had to wait, because the queue or the store had no room. */
  public long held() {
    return held.sum();
  }
}
