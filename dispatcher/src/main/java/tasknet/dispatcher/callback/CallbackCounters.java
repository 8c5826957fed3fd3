package tasknet.dispatcher.callback;

import java.util.concurrent.atomic.LongAdder;

/** Counts what became of callbacks. Safe for use by several threads. */
public final class CallbackCounters {
  final LongAdder delivered = new LongAdder();
  final LongAdder retried = new LongAdder();
  final LongAdder failed = new LongAdder();

  CallbackCounters() {}

  /** Outcomes that a receiver has taken. */
  public long delivered() {
    return delivered.sum();
  }

  /** Calls that failed and are made again. */
  public long retried() {
    return retried.sum();
  }

  /** Outcomes that were given up. */
  public long failed() {
    return failed.sum();
  }
}
