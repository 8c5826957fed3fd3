package tasknet.monitoring.history;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, by which a curve may be understood.
 *
 * @param text in words
 * @param subject the name of the container or worker; null for a service
 */
record Marker(Instant at, Marker.Kind kind, String text, @Nullable String subject) {
  /** What can happen. */
  enum Kind {
    CONTAINER_DIED,
    CONTAINER_RESTARTED,
    CONTAINER_OOM,
    DISPATCHER_RESTARTED,
    DISPATCHER_AWAY,
    DISPATCHER_BACK,
    NAMESERVICE_AWAY,
    NAMESERVICE_BACK,
    WORKER_LOST,
    WORKER_JOINED;

    @JsonValue
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @JsonCreator
    static Kind of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }
}
