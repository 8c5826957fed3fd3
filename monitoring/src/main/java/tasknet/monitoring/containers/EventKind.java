package tasknet.monitoring.containers;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What can happen to a container, as far as it is told on. */
public enum EventKind {
  START,
  DIE,
  OOM,
  KILL,
  STOP,
  PAUSE,
  UNPAUSE,
  RESTART,
  HEALTH_STATUS,
  CONNECT,
  DISCONNECT;

  /** Docker's word for it. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Null for what is not told on, such as {@code exec_start}. */
  static @Nullable EventKind of(String word) {
    for (EventKind kind : values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    return null;
  }
}
