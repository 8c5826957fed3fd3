package tasknet.registry;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The end of a registration.
 *
 * @param epoch which start of the worker's process it was
 * @param cause of a death; null for others
 * @param revision the registry's after it
 */
public record Departure(
    WorkerId id, long epoch, Kind kind, @Nullable String cause, Instant at, long revision) {
  /** How it came. */
  public enum Kind {
    /** The worker took its leave; it may still finish what it has. */
    @JsonProperty("left")
    LEFT,
    /** No heartbeat came; it may live. */
    @JsonProperty("expired")
    EXPIRED,
    /** Somebody who can see the process reported that it has ended. */
    @JsonProperty("died")
    DIED
  }
}
