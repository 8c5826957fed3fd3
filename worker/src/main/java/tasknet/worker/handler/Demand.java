package tasknet.worker.handler;

/** What a handler mostly does, which decides on the kind of its threads. */
public enum Demand {
  /** Uses the processor: runs on a platform thread. */
  COMPUTES,
  /** Waits for something else: runs on a virtual thread, so that many can wait. */
  WAITS
}
