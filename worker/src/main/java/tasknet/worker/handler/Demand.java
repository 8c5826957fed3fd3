package tasknet.worker.handler;

/** What a handler mostly does, which decides on where it runs. */
public enum Demand {
  /**
   * Is done in microseconds, whatever the payload is, and never waits: runs on the worker's own
   * thread, which takes and answers all attempts, so nothing can interrupt it. Many attempts may be
   * on their way to it, and nobody is told of their progress. With a payload that has to be fetched
   * it runs as one that computes.
   */
  INSTANT,
  /** Uses the processor: runs on a platform thread. */
  COMPUTES,
  /** Waits for something else: runs on a virtual thread, so that many can wait. */
  WAITS
}
