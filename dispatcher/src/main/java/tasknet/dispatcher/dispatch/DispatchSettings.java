package tasknet.dispatcher.dispatch;

import java.time.Duration;

/**
 * By what the dispatch loop judges workers and tasks.
 *
 * @param probeAfter a worker that has attempts and was silent for this long is probed
 * @param probeInterval and then again after each of these
 * @param lostAfter a worker that was silent for this long is lost: its attempts go to others
 * @param leaseMargin how much longer than its timeout an attempt may take until it is lost
 * @param retryStoreAfter how long to wait when the store failed
 * @param poisonAfter with how many of its workers dead a task is not given to another; 0 for never
 */
public record DispatchSettings(
    Duration probeAfter,
    Duration probeInterval,
    Duration lostAfter,
    Duration leaseMargin,
    Duration retryStoreAfter,
    int poisonAfter) {
  /** What holds when nothing else is said. */
  public static final DispatchSettings DEFAULT =
      new DispatchSettings(
          Duration.ofMillis(300),
          Duration.ofMillis(100),
          Duration.ofMillis(1500),
          Duration.ofSeconds(5),
          Duration.ofMillis(500),
          2);
}
