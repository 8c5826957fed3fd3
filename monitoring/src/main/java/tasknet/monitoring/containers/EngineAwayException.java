package tasknet.monitoring.containers;

import java.io.IOException;

/** The Docker engine cannot be asked now; the message says why. */
public final class EngineAwayException extends IOException {
  private static final long serialVersionUID = 1L;

  EngineAwayException(String reason) {
    super(reason);
  }
}
