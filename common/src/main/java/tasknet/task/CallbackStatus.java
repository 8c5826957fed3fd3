package tasknet.task;

import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the call that tells the outcome of a task fares.
 *
 * @param url what is called
 * @param attempts how often it was called for the last outcome
 * @param lastStatus the HTTP status of the last answer; null when there was none
 * @param lastError why the last call had no answer; null when it had one
 * @param nextAttemptAt when it is called again; null before the task has ended, and at the end
 */
public record CallbackStatus(
    URI url,
    State state,
    int attempts,
    @Nullable Integer lastStatus,
    @Nullable String lastError,
    @Nullable Instant nextAttemptAt) {
  /** Where it stands. */
  public enum State {
    /** The task has not ended, or the receiver has not taken its outcome yet. */
    PENDING,
    /** The receiver has taken it. */
    DELIVERED,
    /** The receiver does not want it, or has not taken it in time; it is not called any more. */
    FAILED;

    /**
     * Reads {@code pending}, {@code delivered} or {@code failed}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static State parse(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Of a task that has not ended. */
  public static CallbackStatus waiting(URI url) {
    return new CallbackStatus(url, State.PENDING, 0, null, null, null);
  }
}
