package tasknet.http;

import java.net.BindException;
import org.jspecify.annotations.Nullable;

/** The port that a server was told to use is used by something else. */
public final class PortTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int port;

  PortTakenException(int port, Throwable cause) {
    super("port " + port + " is taken by another program", cause);
    this.port = port;
  }

  /** The port that is taken. */
  public int port() {
    return port;
  }

  static boolean isCauseOf(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return true;
      }
    }
    return false;
  }
}
