package tasknet.monitoring.logs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tasknet.logging.LogLevel;

/**
 * One event of a log.
 *
 * @param time null, as the level, when the text is none that a service logs
 * @param service who logged it
 * @param file where it stands
 * @param trace the lines after the first; null when there are none
 * @param task what the message says of it, and so attempt and worker
 * @param cut whether there is more of it in the file
 */
public record LogEntry(
    @Nullable Instant time,
    @Nullable LogLevel level,
    String service,
    String file,
    String message,
    @Nullable String trace,
    @Nullable String task,
    @Nullable Integer attempt,
    @Nullable String worker,
    boolean cut) {
  /** About how many bytes it takes in an answer. */
  int size() {
    return 200 + message.length() + (trace == null ? 0 : trace.length());
  }
}
