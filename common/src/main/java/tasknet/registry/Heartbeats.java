package tasknet.registry;

import java.time.Duration;
import java.time.Instant;

/**
 * By which the age of the last heartbeat of each worker of a list is known.
 *
 * @param now when the list was made, by the clock that also says when the workers expire
 * @param timeToLive how long a worker stays registered without another heartbeat
 * @param interval how often workers are asked to send one
 */
public record Heartbeats(Instant now, Duration timeToLive, Duration interval) {
  /** How long ago a worker sent its last one, which never was for a fixed worker. */
  public Duration age(RegisteredWorker worker) {
    Duration age = timeToLive.minus(Duration.between(now, worker.expiresAt()));
    return age.isNegative() ? Duration.ZERO : age;
  }
}
